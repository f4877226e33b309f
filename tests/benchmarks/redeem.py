"""Redeeming (POST to session cookie) with two web workers, against a bare Django view under the same server."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

from tests.benchmarks.figure import Figure, at_least, print_figures
from tests.benchmarks.load import send_all
from tests.benchmarks.setup import start_django
from tests.support.servers import end, free_port, wait_for_port

LINKS, ROUNDS = 1_500, 3
_CSRF = "x" * 32


def _requests(secrets: list[str], port: int) -> list[bytes]:
    body = f"csrfmiddlewaretoken={_CSRF}".encode()
    return [
        f"POST /l/{secret} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: csrftoken={_CSRF}\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
        for secret in secrets
    ]


def _ours(port: int) -> list[str]:
    return [sys.executable, "-m", "otalink", "web", "--bind", f"127.0.0.1:{port}", "--workers", "2"]


def _bare(port: int) -> list[str]:
    # The same options as `otalink web`: one process a worker, as many threads.
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "otalink.conf.wsgi:application",
    ]  # fmt: skip


def _measure(command: list[str], port: int, secrets: list[str], settings: str, cookie: bytes) -> float:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
    server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        warm_up, measured = secrets[:100], secrets[100:]
        send_all(port, _requests(warm_up, port))
        rate, answers = send_all(port, _requests(measured, port))
    finally:
        end(server)
    signed_in = sum(answer.startswith(b"HTTP/1.1 303") and cookie in answer.lower() for answer in answers)
    assert signed_in == len(measured), f"{signed_in} of {len(measured)} signed in: {answers[0]!r}"
    return rate


def main() -> None:
    """Measure, by turns, so that both see the same machine."""
    start_django()
    from otalink.tokens.issue import issue
    from tests.support import make

    make.customer()
    tickets = [make.ticket().number for _ in range(50)]

    def secrets() -> list[str]:
        issued = [issue(tickets[n % 50], make.ANN) for n in range(LINKS)]
        return [link.url.rpartition("/")[2] for link in issued]

    bare, ours = [], []
    for _ in range(ROUNDS):
        port = free_port()
        bare.append(_measure(_bare(port), port, secrets(), "tests.benchmarks.bare_settings", b"otalink_agent="))
        port = free_port()
        ours.append(_measure(_ours(port), port, secrets(), "otalink.conf.settings", b"otalink_customer="))
    print_figures(
        [
            Figure("Redeeming, POST to session cookie, 2 web workers", median(ours), "redemptions/s"),
            Figure("... a bare Django view with the same UPDATE and session INSERT", median(bare), "requests/s"),
            at_least("... of the bare view's rate", 100 * median(ours) / median(bare), "%", 60),
        ]
    )


if __name__ == "__main__":
    main()
