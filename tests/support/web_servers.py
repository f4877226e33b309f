"""Real Apache and nginx on a free loopback port, in front of a page server that stands for OTOBO's own pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support import needs
from tests.support.servers import ServerMissing, _find, end, wait_for_port

_MODULES = Path("/usr/lib/apache2/modules")
_NEEDED = ("mpm_event", "authz_core", "authz_host", "rewrite", "proxy", "proxy_http", "headers")


@dataclass(frozen=True)
class WebServer:
    """A running web server; `log` is what it writes about each request."""

    url: str
    log: Path


class _Pages(BaseHTTPRequestHandler):
    """Says that it is OTOBO, and what it was asked for."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        said = f"OTOBO {self.command} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    do_POST = do_HEAD = do_PATCH = do_GET  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Write nothing to standard error."""


@contextmanager
def otobo_pages() -> Iterator[str]:
    """The URL of a server that answers like a web server of OTOBO's, with nothing behind it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def apache(port: int, host_lines: str, otobo: str, log_option: str = "") -> Iterator[WebServer]:
    """Apache with `host_lines` in the VirtualHost of OTOBO; skips the test where it is not installed."""
    server = _program("apache2")
    with _folder() as folder:
        log = folder / "access.log"
        modules = "\n".join(f"LoadModule {name}_module {_MODULES}/mod_{name}.so" for name in _NEEDED)
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        (folder / "httpd.conf").write_text(
            f"ServerRoot {folder}\nServerName 127.0.0.1\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n"
            f"DefaultRuntimeDir {folder}\nListen 127.0.0.1:{port}\n{modules}\n{user}\n"
            f'<VirtualHost 127.0.0.1:{port}>\nCustomLog {log} "%r" {log_option}\n{host_lines}\n'
            f'ProxyPass "/otobo/" "{otobo}/otobo/"\n</VirtualHost>\n'
        )
        with _running([server, "-D", "FOREGROUND", "-f", str(folder / "httpd.conf")], port):
            yield WebServer(f"http://127.0.0.1:{port}", log)


@contextmanager
def nginx(port: int, http_lines: str, server_lines: str, otobo: str) -> Iterator[WebServer]:
    """nginx with `http_lines` beside the server of OTOBO and `server_lines` in it; skips where it is not installed."""
    server = _program("nginx")
    with _folder() as folder:
        log = folder / "access.log"
        scratch = "\n".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off;\nerror_log {folder}/error.log;\npid {folder}/pid;\nevents {{ }}\nhttp {{\n{scratch}\n"
            f"access_log {log};\n{http_lines}\nserver {{\nlisten 127.0.0.1:{port};\n{server_lines}\n"
            f"location /otobo/ {{ proxy_pass {otobo}; }}\n}}\n}}\n"
        )
        with _running([server, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], port):
            yield WebServer(f"http://127.0.0.1:{port}", log)


def _program(name: str) -> str:
    try:
        return _find(name)
    except ServerMissing:
        needs.missing(name)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield
    finally:
        end(process)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="otalink-web-"))
    folder.chmod(0o755)  # the servers' workers are another user
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
