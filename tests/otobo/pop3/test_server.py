"""Fetching as OTOBO does it, and every place at which a visit may break off."""

from __future__ import annotations

import poplib
import socket
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.customers.directory import find_valid
from otalink.customers.models import PendingSender
from otalink.desk import current
from otalink.desk.current import get_desk
from otalink.desk.types import HistoryType
from otalink.otobo.models import DropLease, DropMail, MirrorEntry
from otalink.otobo.pop3.server import Pop3Server
from otalink.otobo.watcher import looks
from otalink.otobo.watcher.told import SETTLES
from otalink.postmaster import intake
from otalink.postmaster.outcome import Outcome
from tests.otobo.fake import mails
from tests.otobo.fake.articles import mail as written
from tests.otobo.fake.core import Died, Otobo
from tests.otobo.relay.conftest import companion  # noqa: F401 - a fixture
from tests.otobo.watching import Watching
from tests.support.product import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ANN = "ann@customer.example"
CLIENTS = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def drop(companion: Otobo, settings: Settings) -> Iterator[Pop3Server]:  # noqa: F811
    current.select("otalink.otobo.drop_desk.DropDesk")
    server = Pop3Server("127.0.0.1", 0, "otobo:secret", CLIENTS)
    yield server
    server.stop()


def visit(drop: Pop3Server, password: str = "secret") -> poplib.POP3:
    client = poplib.POP3("127.0.0.1", drop.port, timeout=20)
    try:
        client.user("otobo")
        client.pass_(password)
    except BaseException:
        client.close()
        raise
    return client


def fetched(drop: Pop3Server, otobo: Otobo, *, deletes: bool = True) -> list[bytes]:
    """What OTOBO does each time: file each mail, then delete it."""
    client, found = visit(drop), []
    for line in client.list()[1]:
        number = line.split()[0].decode()
        raw = b"\r\n".join(client.retr(number)[1]) + b"\r\n"
        mails.new_ticket(otobo, raw)
        found.append(raw)
        if deletes:
            client.dele(number)
    client.quit() if deletes else client.close()
    return found


def test_who_must_wait_for_an_agent_waits_on_the_ticket_that_otobo_opens(drop: Pop3Server, companion: Otobo) -> None:  # noqa: F811
    watching = Watching()
    spam = [intake.run(written(sender=f"{name}@spam.example", X_Spam_Flag="YES")) for name in ("carl", "dora")]
    assert [result.outcome for result in spam] == [Outcome.NEW_TICKET, Outcome.NEW_TICKET]
    assert not PendingSender.objects.exists(), "they have no ticket yet"
    assert len(fetched(drop, companion)) == 2
    watching.look()
    waiting = dict(PendingSender.objects.values_list("address", "ticket_number"))
    assert set(waiting) == {"carl@spam.example", "dora@spam.example"}
    assert len(set(waiting.values())) == 2
    assert all(get_desk().find_ticket(number) for number in waiting.values())


def later(seconds: int = 120) -> None:
    """As if the last visit were so long ago."""
    ago = timezone.now() - timedelta(seconds=seconds)
    DropMail.objects.exclude(offered=None).update(offered=ago)


def let_go() -> None:
    wait_for("the end of the visit", lambda: DropLease.objects.filter(owner="").exists() or None)


def test_a_checked_mail_waits_with_headers_that_are_ours(drop: Pop3Server, companion: Otobo) -> None:  # noqa: F811
    raw = written(text="It burns.\n.\n..\n", X_OTOBO_CustomerUser="boss@customer.example")
    result = intake.run(raw)
    assert (result.outcome, result.ticket, result.customer_user) == (Outcome.NEW_TICKET, "", ANN)
    (got,) = fetched(drop, companion)
    assert got.startswith(b"X-OTOBO-CustomerUser: ann@customer.example\r\n")
    assert b"boss" not in got
    assert b"It burns.\r\n.\r\n..\r\n" in got
    assert (fetched(drop, companion), DropMail.objects.count()) == ([], 0)


def test_the_same_mail_waits_once(drop: Pop3Server) -> None:
    raw = written()
    assert [intake.run(raw).outcome for _ in range(2)] == [Outcome.NEW_TICKET, Outcome.DUPLICATE]
    assert DropMail.objects.count() == 1


def test_a_follow_up_of_a_stranger_is_hidden_by_its_headers(drop: Pop3Server, companion: Otobo) -> None:  # noqa: F811
    ticket = mails.new_ticket(companion)
    result = intake.run(written("Eve <eve@evil.example>", f"Re: [Ticket#{ticket.number}] Printer"))
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, ticket.number)
    (got,) = fetched(drop, companion)
    assert got.startswith(b"X-OTOBO-FollowUp-IsVisibleForCustomer: 0\r\n")


def test_a_mail_that_was_filed_and_not_deleted_is_not_filed_again(drop: Pop3Server, companion: Otobo) -> None:  # noqa: F811
    intake.run(written())
    assert len(fetched(drop, companion, deletes=False)) == 1
    let_go()
    later()
    assert fetched(drop, companion) == []
    assert DropMail.objects.count() == 0


def test_a_mail_that_was_fetched_and_not_filed_is_fetched_again_a_minute_later(
    drop: Pop3Server,
    companion: Otobo,  # noqa: F811
) -> None:
    intake.run(written())
    client = visit(drop)
    client.retr(1)
    client.close()
    let_go()
    assert fetched(drop, companion) == []
    later()
    assert len(fetched(drop, companion)) == 1


@pytest.mark.parametrize(
    "last", ["INSERT article_data_mime", "INSERT ticket_history", "INSERT article_data_mime_plain"]
)
def test_whatever_statement_is_the_last_of_a_killed_fetch_its_author_is_answered_once(
    drop: Pop3Server,
    companion: Otobo,  # noqa: F811
    last: str,
) -> None:
    watching = Watching()
    companion.auto_reply = companion.notifies = False
    intake.run(written())
    client = visit(drop)
    raw = b"\r\n".join(client.retr(1)[1]) + b"\r\n"
    left = [last]

    def die(statement: str) -> None:
        # Of history, the row that names the article.
        if statement == left[0] and (last != "INSERT ticket_history" or "INSERT article_data_mime" in seen):
            raise Died(statement)
        seen.append(statement)

    seen: list[str] = []
    companion.before = die
    with pytest.raises(Died):
        mails.new_ticket(companion, raw)
    companion.before = lambda _: None
    client.close()
    let_go()
    watching.look()
    later()
    with time_machine.travel(timezone.now() + looks.RAW_WITHIN + timedelta(seconds=1)):
        watching.rounds._are_waiting = True
        watching.look()
    again = fetched(drop, companion)
    assert len(again) == (0 if last == "INSERT article_data_mime_plain" else 1)
    watching.look()
    with time_machine.travel(timezone.now() + SETTLES + timedelta(minutes=1)):
        watching.rounds._are_waiting = True
        watching.look()
    assert [entry.notify for entry in MirrorEntry.objects.filter(type=HistoryType.NEW_TICKET)] == [True]
    assert find_valid(ANN)
    assert (fetched(drop, companion), DropMail.objects.count()) == ([], 0)


def test_an_earlier_article_with_the_same_message_id_proves_nothing(drop: Pop3Server, companion: Otobo) -> None:  # noqa: F811
    mails.new_ticket(companion, written(message_id="<same@customer.example>"))
    intake.run(written(message_id="<same@customer.example>", text="Something else."))
    client = visit(drop)
    client.retr(1)
    client.close()
    let_go()
    later()
    assert len(fetched(drop, companion)) == 1


def test_deleting_counts_at_once_and_cannot_be_taken_back(drop: Pop3Server) -> None:
    intake.run(written())
    client = visit(drop)
    client.retr(1)
    client.dele(1)
    client.rset()
    client.close()
    assert DropMail.objects.count() == 0


def test_one_at_a_time(drop: Pop3Server) -> None:
    first = visit(drop)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        visit(drop)
    first.quit()
    let_go()
    visit(drop).quit()


def test_whoever_was_killed_holds_nobody_up_for_ever(drop: Pop3Server) -> None:
    DropLease.objects.create(pk=1, owner="dead", until=timezone.now() - timedelta(seconds=1))
    visit(drop).quit()


@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_gets_in_without_the_password(drop: Pop3Server, password: str) -> None:
    with pytest.raises(poplib.error_proto):
        visit(drop, password)
    client = poplib.POP3("127.0.0.1", drop.port, timeout=20)
    with pytest.raises(poplib.error_proto, match="sign in"):
        client.list()
    client.close()


def test_nobody_gets_in_from_elsewhere(companion: Otobo) -> None:  # noqa: F811
    server = Pop3Server("127.0.0.1", 0, "otobo:secret", (ip_network("192.0.2.0/24"),))
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as asking:
            assert asking.makefile("rb").readline() == b"-ERR this drop is not for you\r\n"
    finally:
        server.stop()


def test_sizes_and_names_are_told(drop: Pop3Server, data_folder: Path) -> None:
    intake.run(written())
    client, (mail,) = visit(drop), DropMail.objects.all()
    assert client.stat() == (1, mail.size)
    told: object = client.list(1)
    assert told == f"+OK 1 {mail.size}".encode()
    assert client.uidl()[1] == [f"1 otalink-{mail.pk}".encode()]
    with pytest.raises(poplib.error_proto):
        client.retr(2)
    with pytest.raises(poplib.error_proto):
        client.top(1, 1)
    client.quit()
