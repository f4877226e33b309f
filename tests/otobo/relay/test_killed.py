"""The relay killed at random: what it said yes to arrives, each recipient's copy with their own link."""

from __future__ import annotations

import random
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.notifications.reading import part
from tests.otobo.fake import agents, mails
from tests.otobo.fake.articles import mail
from tests.otobo.fake.core import Otobo
from tests.otobo.relay.mails import alternative
from tests.support.mail_server import MailServer, mail_server
from tests.support.product import LINK, Product, product, wait_for
from tests.support.servers import free_port, wait_for_port

pytestmark = pytest.mark.processes
MAILS, KILLS = 60, 6


@pytest.fixture
def otobo_kind() -> str:
    """One kind is enough for what happens to our own processes."""
    return "PostgreSQL"


@contextmanager
def beside(otobo: Otobo, reader_url: str, folder: Path) -> Iterator[tuple[Product, MailServer, int]]:
    relay = free_port()
    with mail_server() as server:
        environ = {
            "OTALINK_DESK": "otobo", "OTALINK_OTOBO_DATABASE_URL": reader_url,
            "OTALINK_OTOBO_RELAY": f"127.0.0.1:{relay}",
            "OTALINK_OTOBO_REST_URL": "http://127.0.0.1:9/otobo/nph-genericinterface.pl/Webservice/otalink",
            "OTALINK_OTOBO_REST_USER": "otalink", "OTALINK_OTOBO_REST_PASSWORD": "secret",
            "OTALINK_MAIL_URL": server.url,
        }  # fmt: skip
        with product(folder, **environ) as made:
            yield made, server, relay


def started(made: Product, relay: int) -> subprocess.Popen[bytes]:
    with (made.data / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.otobo.chaos.impatient", "worker"], env=made.environ, stdout=log, stderr=log
        )
    wait_for_port(relay, process)
    return process


def add_customer_users(made: Product, logins: list[str]) -> None:
    script = (
        "import sys, django; django.setup()\n"
        "from otalink.customers import directory\n"
        "from otalink.customers.types import CustomerUser\n"
        "for login in sys.argv[1:]:\n"
        "    directory.add(CustomerUser(login, login, login, 'Ann', 'Lee'), 'CustomerUser')\n"
    )
    environ = {**made.environ, "DJANGO_SETTINGS_MODULE": "otalink.conf.settings"}
    subprocess.run([sys.executable, "-c", script, *logins], env=environ, check=True)


def hand_over(relay: int, recipients: list[str], raw: bytes) -> bool:
    """Once, as OTOBO does it, which tries again later."""
    try:
        with smtplib.SMTP("127.0.0.1", relay, timeout=20) as smtp:
            smtp.sendmail("otobo@localhost", recipients, raw)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def test_no_mail_that_was_taken_is_lost_when_it_is_killed_at_random(
    otobo: Otobo, reader_url: str, tmp_path: Path
) -> None:
    waiting = []
    for number in range(MAILS):
        people = [f"ann{number}@customer.example", f"bob{number}@customer.example"]
        ticket = mails.new_ticket(otobo, mail(sender=people[0]))
        answer = agents.answer(otobo, ticket, "We come.", to=people[0], cc=people[1])
        message_id = otobo.database.value(
            "SELECT a_message_id FROM article_data_mime WHERE article_id = %s", answer.article
        )
        waiting.append((people, alternative(message_id=message_id.strip("<>"))))
    owners, others = ({people[place] for people, _ in waiting} for place in (0, 1))
    chance = random.Random(20261127)
    with beside(otobo, reader_url, tmp_path / "data") as (made, server, relay):
        process = started(made, relay)
        try:
            add_customer_users(made, sorted(owners))
            kills = sorted(chance.sample(range(MAILS), KILLS))
            while waiting:
                if kills and MAILS - len(waiting) >= kills[0]:
                    kills.pop(0)
                    time.sleep(chance.random() / 5)
                    process.kill()
                    process.wait()
                    process = started(made, relay)
                if hand_over(relay, *waiting[0]):
                    waiting.pop(0)
            wait_for("every copy", lambda: set(server.recipients) >= owners | others or None, 120)
        finally:
            process.terminate()
            process.wait()
    links: dict[str, set[str]] = {}
    for recipient, message in zip(server.recipients, server.messages, strict=True):
        links.setdefault(recipient, set()).update(LINK.findall(part(message, "plain")))
    assert all(links[owner] for owner in owners)
    assert not any(links[other] for other in others)
