"""A ticket's page with 50 messages, half of them HTML with quoted history, with two web workers; and the empty page."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

from tests.benchmarks.figure import Figure, at_least, at_most, print_figures
from tests.benchmarks.load import send_all
from tests.benchmarks.setup import start_django
from tests.support.servers import end, free_port, wait_for_port

REQUESTS, ROUNDS, TICKETS, MESSAGES = 1_500, 3, 20, 50
_LINE = "The printer in room 12 prints every second page upside down, see https://printer.example/12."
_TEXT = (
    f"{_LINE}\n" * 20
    + "\nOn Mon, 23 Nov 2026 at 10:00, Support <support@localhost> wrote:\n"
    + "> Which one is it?\n" * 20
)
_HTML = (
    f"<html><head><style>p {{ margin: 0 }}</style></head><body>{f'<p>{_LINE} <b>Only</b> on Mondays.</p>' * 20}"
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, 23 Nov 2026 Support wrote:<br></div>'
    f'<blockquote class="gmail_quote">{"<p>Which one is it?</p>" * 20}</blockquote></div></body></html>'
)


def _ticket() -> str:
    from otalink.desk.types import SenderType
    from otalink.minidesk.desk import MiniDesk
    from tests.support import make

    number, desk = make.ticket().number, MiniDesk()
    for message in range(1, MESSAGES):
        sender = SenderType.CUSTOMER if message % 2 else SenderType.AGENT
        draft = make.draft(_TEXT, html=_HTML if message % 2 else "", sender_type=sender)
        desk.add_follow_up(number, draft, notify=False)
    return number


def _session(numbers: list[str]) -> str:
    from django.test import RequestFactory

    from otalink.portal import sessions
    from tests.support import make

    return sessions.start(RequestFactory().get("/"), make.ANN, numbers[0], all_tickets=True)


def _rate(port: int, paths: list[str], cookie: str) -> float:
    head = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: otalink_customer={cookie}\r\n\r\n"
    requests = [f"GET {paths[n % len(paths)]}{head}".encode() for n in range(REQUESTS)]
    send_all(port, requests[:200])
    rate, answers = send_all(port, requests)
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers), answers[0]
    return rate


def _queries(path: str, cookie: str) -> int:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"cookie": f"otalink_customer={cookie}"})
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def main() -> None:
    """Measure, by turns, so that both pages see the same machine."""
    start_django()
    from tests.support import make

    make.customer()
    numbers = [_ticket() for _ in range(TICKETS)]
    cookie = _session(numbers)
    paths = [f"/tickets/{number}" for number in numbers]
    queries = _queries(paths[0], cookie)
    port = free_port()
    command = [sys.executable, "-m", "otalink", "web", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    server = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        rounds = [(_rate(port, paths, cookie), _rate(port, ["/healthz"], "")) for _ in range(ROUNDS)]
    finally:
        end(server)
    ours, empty = (median(rates) for rates in zip(*rounds, strict=True))
    print_figures(
        [
            at_least(f"A ticket's page with {MESSAGES} messages, 2 web workers", ours, "pages/s", 300),
            at_most("... queries", queries, "", 12),
            Figure("... a page without content (/healthz) from the same server", empty, "pages/s"),
            Figure("... of that rate", 100 * ours / empty, "%"),
        ]
    )


if __name__ == "__main__":
    main()
