"""A small OAuth2 server that really gives tokens out over TLS, and tells Dovecot whose they are."""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme


@dataclass
class TokenServer:
    """What it knows; tokens are for the mailbox `user`."""

    user: str
    ca_file: Path
    token_url: str = ""
    introspection_url: str = ""
    client_secret: str = "Client-Secret-1"
    refresh_tokens: set[str] = field(default_factory=set)
    lifetime: int = 3600
    pending: int = 0
    valid: set[str] = field(default_factory=set)
    grants: list[str] = field(default_factory=list)

    def answer(self, path: str, words: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and JSON document for a request."""
        if path.startswith("/introspect"):
            known = words.get("token") in self.valid
            return 200, {"active": known, **({"username": self.user} if known else {})}
        if path == "/devicecode":
            code = {"device_code": "device-1", "user_code": "ABCD-EFGH", "interval": 0.05, "expires_in": 20}
            return 200, {**code, "verification_uri": "https://login.example/device"}
        return self._token(words)

    def _token(self, words: dict[str, str]) -> tuple[int, dict[str, Any]]:
        grant = words.get("grant_type", "")
        self.grants.append(grant)
        if words.get("client_id") != "client-1":
            return 401, {"error": "invalid_client", "error_description": "unknown client"}
        if grant == "client_credentials" and words.get("client_secret") != self.client_secret:
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: wrong client secret"}
        if grant == "refresh_token" and words.get("refresh_token") not in self.refresh_tokens:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        if grant.endswith("device_code") and self.pending:
            self.pending -= 1
            return 400, {"error": "authorization_pending"}
        token = secrets.token_urlsafe(900)  # real ones are long
        self.valid.add(token)
        answer = {"token_type": "Bearer", "access_token": token, "expires_in": self.lifetime}
        if grant == "client_credentials":
            return 200, answer
        self.refresh_tokens = {secrets.token_urlsafe()}
        return 200, {**answer, "refresh_token": next(iter(self.refresh_tokens))}


@contextmanager
def token_server(folder: Path, user: str) -> Iterator[TokenServer]:
    """A server with its certificate authority in `folder`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "oauth-ca.pem")
    server = TokenServer(user, folder / "oauth-ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with ExitStack() as stack:
        port = stack.enter_context(_listening(server, context))
        server.token_url = f"https://localhost:{port}/token"
        server.introspection_url = f"http://127.0.0.1:{stack.enter_context(_listening(server, None))}/introspect"
        yield server


@contextmanager
def _listening(server: TokenServer, context: ssl.SSLContext | None) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:
            self._reply(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def _reply(self, words: dict[str, list[str]]) -> None:
            status, document = server.answer(
                urlsplit(self.path).path, {name: value[0] for name, value in words.items()}
            )
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        if context:
            http.socket = context.wrap_socket(http.socket, server_side=True)
        thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield http.server_address[1]
        http.shutdown()
        thread.join(5)
