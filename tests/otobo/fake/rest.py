"""The fake OTOBO's web service, over HTTP on a free loopback port, with what goes wrong in front of it and in it."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.otobo.fake.core import Died, Otobo
from tests.otobo.fake.rest_operations import OPERATIONS, Agent, Refused, session_create

_PATH = "/otobo/nph-genericinterface.pl/Webservice/otalink"
_ROUTES = [
    ("POST", r"/Session", "SessionCreate"),
    ("POST", r"/Ticket", "TicketCreate"),
    ("GET", r"/Ticket", "TicketSearch"),
    ("PATCH", r"/Ticket/(\d+)", "TicketUpdate"),
    ("POST", r"/Ticket/(\d+)", "TicketGet"),
    ("GET", r"/Ticket/(\d+)", "TicketGet"),
    ("GET", r"/TicketHistory/(\d+)", "TicketHistoryGet"),
]


@dataclass
class Faults:
    """What happens to the requests to come; each lasts until it is taken back, those that count only so often.

    `dies_after` is how many statements a worker does before its process ends, `dies` how many workers do so. `silent`
    is how many requests are carried out and not answered. `page` is a status that the web server answers by itself.
    `seconds` is how long a worker thinks first, `seconds_after` how long it keeps its answer.
    """

    dies_after: int | None = None
    dies: int = 0
    silent: int = 0
    page: int = 0
    seconds: float = 0.0
    seconds_after: float = 0.0


@dataclass
class Rest:
    """A web service that runs; `requests` are the operations asked for, in order, with what was sent."""

    otobo: Otobo
    url: str
    agent: Agent = field(default_factory=Agent)
    faults: Faults = field(default_factory=Faults)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """What was sent for that operation."""
        return [body for name, body in self.requests if name == operation]

    def takes(self, fault: str) -> bool:
        """Whether this request is one of those that a counted fault is for."""
        with self.lock:
            left = int(getattr(self.faults, fault))
            if left:
                setattr(self.faults, fault, left - 1)
            return left > 0


class _NoAnswer(Exception):
    """The connection ends without an answer."""


def answer(rest: Rest, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Carry an operation out as a worker with a connection of its own.

    Raises:
        _NoAnswer
    """
    faults = rest.faults
    time.sleep(faults.seconds)
    worker = rest.otobo.another()
    if faults.dies_after is not None and rest.takes("dies"):
        worker.dies_after = faults.dies_after
    try:
        told = dict(_operate(rest, worker, operation, body))
    except Refused as refused:
        told = {"Error": {"ErrorCode": refused.code, "ErrorMessage": refused.text}}
    except Died:
        raise _NoAnswer from None
    finally:
        worker.database.close()
    time.sleep(faults.seconds_after)
    if rest.takes("silent"):
        raise _NoAnswer
    return told


def _operate(rest: Rest, worker: Otobo, operation: str, body: dict[str, Any]) -> Any:
    if operation == "SessionCreate":
        return session_create(worker, rest.agent, body, rest.sessions)
    if body.get("SessionID") not in rest.sessions and (body.get("UserLogin"), body.get("Password")) != (
        rest.agent.login,
        rest.agent.password,
    ):
        raise Refused(f"{operation}.AuthFail", f"{operation}: Authorization failing!")
    return OPERATIONS[operation](worker, rest.agent, body)


class _Server(ThreadingHTTPServer):
    rest: Rest


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        assert isinstance(self.server, _Server)
        rest, url = self.server.rest, urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(size)
        # As OTOBO: of a GET it reads the query alone.
        given = json.loads(sent or b"{}") if self.command != "GET" else {}
        body = {**{name: values[-1] for name, values in parse_qs(url.query).items()}, **given}
        operation, named = _operation_of(str(self.command), url.path)
        if rest.faults.page or not operation:
            self._send(rest.faults.page or 404, "text/html", b"<h1>The web server says no</h1>")
        else:
            self._carry_out(rest, operation, {**body, **named})

    def _carry_out(self, rest: Rest, operation: str, body: dict[str, Any]) -> None:
        rest.requests.append((operation, body))
        try:
            told = answer(rest, operation, body)
        except _NoAnswer:
            self.close_connection = True
            # The connection ends as that of a process does that was killed.
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(200, "application/json; charset=UTF-8", json.dumps(told).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            # Whoever asked has gone; what they asked for is done.
            self.close_connection = True

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - http.server looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests print nothing."""


def _operation_of(method: str, path: str) -> tuple[str, dict[str, str]]:
    for wanted, pattern, operation in _ROUTES:
        matched = re.fullmatch(_PATH + pattern, path)
        if matched and method == wanted:
            return operation, {"TicketID": matched[1]} if matched.groups() else {}
    return "", {}


@contextmanager
def serve(otobo: Otobo) -> Iterator[Rest]:
    """A web service of this OTOBO; `rest.url` is what `OTALINK_OTOBO_REST_URL` takes."""
    rest = Rest(otobo, "")
    server = _Server(("127.0.0.1", 0), _Handler)
    server.rest = rest
    rest.url = f"http://127.0.0.1:{server.server_address[1]}{_PATH}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield rest
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
