"""Where the published add-on breaks: one test per line of the regression list, in its order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django import Settings

from otalink.customers import directory
from otalink.customers.types import BackendReadOnly, CustomerUser
from otalink.desk.types import Routing, SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Ticket
from otalink.notifications.models import OutboxMail
from otalink.postmaster.intake import Delivery, Outcome
from otalink.tokens import issue, purge
from otalink.tokens.models import Token, TokenState
from tests.postmaster.builders import proven, trust
from tests.regression.conftest import Desk
from tests.support import make
from tests.support.make import ANN, draft

MAIL = """From: Ann Lee <ann@customer.example>
To: support@localhost
Subject: Printer
Message-ID: <1@customer.example>

It burns.
"""


def agent_reply(number: str, *, visible: bool = True) -> None:
    reply = draft("On our way.", sender_type=SenderType.AGENT, visible_for_customer=visible)
    MiniDesk().add_agent_reply(number, reply)


def first_link(desk: Desk) -> tuple[str, str]:
    """A ticket's number and the path of the link that its sender was mailed."""
    number = desk.receive(MAIL).ticket
    (mail,) = desk.send()
    return number, desk.path_to_ticket(mail)


def signs_in(client: Client, path: str) -> bool:
    return client.post(path).status_code == 303


def test_01_a_scanner_that_follows_links_burns_nothing(desk: Desk, client: Client) -> None:
    _, path = first_link(desk)
    for _ in range(20):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert desk.send() == []
    assert signs_in(client, path)


def test_02_no_token_is_stored_readable(desk: Desk, client: Client) -> None:
    _, path = first_link(desk)
    signs_in(client, path)
    secret, key = path.rpartition("/")[2], client.cookies["otalink_customer"].value
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = repr(cursor.fetchall())
            assert secret not in rows
            assert key not in rows


def test_03_of_two_clicks_one_signs_in(desk: Desk) -> None:
    """At the same moment, from several processes: tests/journeys/test_simultaneous_clicks.py."""
    _, path = first_link(desk)
    assert [signs_in(Client(), path) for _ in range(2)] == [True, False]


def test_04_mail_to_somebody_else_neither_kills_the_link_nor_carries_one(desk: Desk, client: Client) -> None:
    number, path = first_link(desk)
    make.customer("bob@customer.example", "Bob", "Ray")
    issue.mark_delivered(issue.issue(number, "bob@customer.example").id)
    agent_reply(number, visible=False)
    assert desk.send() == []
    assert signs_in(client, path)


def test_05_a_mail_that_cannot_be_sent_locks_nobody_out(desk: Desk, client: Client, settings: Settings) -> None:
    number, path = first_link(desk)
    agent_reply(number)
    (desk.folder.parent / "a-file").write_text("in the way")
    working, settings.OTALINK_MAIL_URL = settings.OTALINK_MAIL_URL, (desk.folder.parent / "a-file").as_uri()
    with pytest.raises(Exception, match="a-file"):
        desk.send()
    assert signs_in(client, path)
    # The link is used now. The mail still waits, so the answer is no "use the newest", but a fresh link.
    other = Client()
    assert "on its way" in other.post(path).content.decode()
    settings.OTALINK_MAIL_URL = working
    newest = desk.send()[-1]
    assert signs_in(other, desk.path_to_ticket(newest))


def test_06_access_ends_at_the_click_counted_from_the_close_and_open_tickets_links_age(desk: Desk) -> None:
    number, path = first_link(desk)
    make.close(number)
    closed = datetime.now(UTC)
    with time_machine.travel(closed + timedelta(days=13), tick=False):
        Ticket.objects.update(changed=datetime.now(UTC))
        assert Client().get(path).status_code == 200
    with time_machine.travel(closed + timedelta(days=15), tick=False):
        assert Token.objects.get().state == TokenState.ACTIVE  # no clean-up ran
        assert not signs_in(Client(), path)
    make.close(number, state="open")
    with time_machine.travel(closed + timedelta(days=91), tick=False):
        assert not signs_in(Client(), path)


def test_07_guessing_is_limited_for_links_and_for_passwords(desk: Desk) -> None:
    cache.clear()
    guesses = [Client().post(f"/l/{'A' * 42}{n % 10}").status_code for n in range(25)]
    assert guesses[:20] == [404] * 20
    assert guesses[20:] == [429] * 5
    first_link(desk)
    backend = directory.backends()["CustomerUser"]
    backend.set_password(ANN, "correct horse")  # type: ignore[attr-defined]
    right, wrong = ({"name": ANN, "password": password} for password in ("correct horse", "wrong horse"))
    assert Client().post("/sign-in", right, REMOTE_ADDR="192.0.2.8").status_code == 303
    for _ in range(5):
        assert Client().post("/sign-in", wrong, REMOTE_ADDR="192.0.2.9").status_code == 403
    # The counter found its user: now the right password does not help, from no address.
    assert Client().post("/sign-in", right, REMOTE_ADDR="192.0.2.10").status_code == 429


def test_08_a_token_cannot_be_given_out_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number, _ = first_link(desk)
    monkeypatch.setattr("otalink.tokens.issue.secrets.token_urlsafe", lambda _: "A" * 43)
    issue.issue(number, ANN)
    with pytest.raises(IntegrityError):
        issue.issue(number, ANN)


def test_09_of_several_authors_the_first_counts(desk: Desk) -> None:
    result = desk.receive(
        MAIL.replace("From: Ann Lee <ann@customer.example>", f"From: Ann <{ANN}>, Eve <eve@x.example>")
    )
    assert result.customer_user == ANN
    assert [user.login for user in directory.everybody()] == [ANN]


def test_09_a_forged_header_does_not_survive_when_no_customer_user_can_be_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.customer("victim@x.example", "Vic", "Tim")

    def refuse(*_: object) -> CustomerUser:
        raise BackendReadOnly("read-only")

    monkeypatch.setattr(directory, "add", refuse)
    result = desk.receive(f"X-OTOBO-CustomerUser: victim@x.example\n{MAIL}", trusted=True)
    assert result.outcome is Outcome.NEW_TICKET
    assert Ticket.objects.get().customer_login == ANN


def test_10_the_clean_up_takes_tickets_that_vanished_and_asks_for_no_ticket_by_itself(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    for number in range(50):
        issue.issue(f"gone-{number}", ANN)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert purge.purge() == 50


def test_11_nothing_is_hard_coded_and_new_customer_users_have_names(desk: Desk, settings: Settings) -> None:
    settings.OTALINK_BASE_URL = "https://help.company.example"
    # Only those whose address is proven are called by name.
    trust()
    proven_mail = f"{proven(ANN.partition('@')[2])}\n{MAIL}"
    desk.receive(proven_mail)
    desk.receive(
        proven_mail.replace("ann@", "jana@")
        .replace("Ann Lee", "=?utf-8?q?Jan=C3=A1?=")
        .replace("<1@", "<2@")
        .replace("Subject:", "Content-Language: de\nSubject:")
    )
    english, german = desk.send()
    assert "Hello Ann" in english.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Janá" in german.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert english.get_body(("plain",)).get_content() != german.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for mail in (english, german):
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "https://help.company.example/l/" in text
        assert "otobo" not in text.lower()
    assert all(user.full_name.strip() and user.time_zone != "Europe/Berlin" for user in directory.everybody())


def test_12_a_forwarded_link_opens_its_ticket_and_no_other(desk: Desk, client: Client) -> None:
    number, path = first_link(desk)
    other = MiniDesk().create_ticket(draft("secret"), Routing(ANN, ANN)).number
    assert signs_in(client, path)
    assert client.get(f"/tickets/{number}").status_code == 200
    assert client.get(f"/tickets/{other}").status_code != 200
    assert other not in client.get("/tickets/").content.decode()


@pytest.mark.parametrize(
    ("header", "delivery"),
    [
        ("Auto-Submitted: auto-replied", None),
        ("Precedence: bulk", None),
        ("Precedence: list", None),
        ("List-Id: <news.x.example>", None),
        ("X-OTOBO-Loop: yes", None),
        ("X-Auto-Response-Suppress: All", None),
        ("Return-Path: <>", None),
        ("X-Spam-Flag: YES", None),
        ("X-Nothing: special", Delivery("", ("support@localhost",))),
        ('Content-Type: multipart/report; report-type=delivery-status; boundary="b"', None),
    ],
)
def test_13_not_everything_that_writes_becomes_a_customer_user(
    desk: Desk, header: str, delivery: Delivery | None
) -> None:
    result = desk.receive(f"{header}\n{MAIL}", delivery=delivery)
    assert result.outcome is Outcome.NEW_TICKET
    assert list(directory.everybody()) == []
    assert desk.send() == []
    assert not OutboxMail.objects.filter(state="sent").exists()
