"""What befalls an OTOBO in the course of years, and what becomes of mail, pages and replies meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from otalink.customers import directory
from otalink.desk.current import get_desk
from otalink.desk.port import DeskUnavailable
from otalink.desk.types import HistoryType
from otalink.otobo.models import Arrival, MirrorEntry
from otalink.sysconfig import store
from otalink.sysconfig.declarations import TRUSTED_SERVERS
from otalink.tokens.issue import issue, mark_delivered
from tests.otobo.fake import agents, mails
from tests.otobo.fake.articles import mail
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.support import after_an_accident, customer_articles, file_all, shown, told, write
from tests.otobo.watching import Watching, steps
from tests.support import make

pytestmark = pytest.mark.django_db
ANN = "ann@customer.example"
NEW, REPLY = HistoryType.NEW_TICKET, HistoryType.AGENT_REPLY


def end_connections(otobo: Otobo) -> None:
    """As a restart of the server does; ours are those of the reader."""
    if otobo.database.is_mariadb:
        sql = "SELECT id FROM information_schema.processlist WHERE user = 'otalink_reader'"
        for (connection,) in otobo.database.rows(sql):
            otobo.database.run(f"KILL {connection}")
    else:
        otobo.database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'otalink_reader'")


def set_read_only(otobo: Otobo, *, is_on: bool) -> None:
    """Whether nobody writes any more, as on a full disk; of whoever comes from now on."""
    word = "on" if is_on else "off"
    if otobo.database.is_mariadb:
        otobo.database.run(f"SET GLOBAL tx_read_only = {word}")
    else:
        otobo.database.run(f"ALTER DATABASE {otobo.database.name} SET default_transaction_read_only = {word}")


def test_a_restarted_database_is_read_on_without_a_word(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    ticket = mails.new_ticket(otobo)
    watching.look()
    end_connections(otobo)
    assert get_desk().find_ticket(ticket.number)
    agents.answer(otobo, ticket, "Hello.")
    end_connections(otobo)
    watching.look()
    assert steps(ticket.number) == [NEW, REPLY]


def test_while_otobo_can_only_be_read_pages_are_there_and_replies_wait(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    ticket = mails.new_ticket(otobo)
    watching.look()
    set_read_only(otobo, is_on=True)
    try:
        write(ticket, "It is.")
        file_all()
        assert shown(ticket)[1:] == ["It is."]
        assert customer_articles(otobo, ticket) == []
    finally:
        set_read_only(otobo, is_on=False)
    after_an_accident()
    assert customer_articles(otobo, ticket) == ["It is."]
    assert shown(ticket)[1:] == ["It is."]
    assert told(otobo, ticket) == 1


@pytest.mark.parametrize("by", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_is_set_neither_loses_nor_doubles_a_step(otobo: Otobo, beside: Rest, by: timedelta) -> None:
    watching = Watching()
    ticket = mails.new_ticket(otobo)
    watching.look()
    clock = otobo.clock
    otobo.clock = lambda: clock() + by
    agents.answer(otobo, ticket, "Hello.")
    other = mails.new_ticket(otobo, mail("Bob <bob@customer.example>"))
    watching.look()
    Watching().look()
    assert (steps(ticket.number), steps(other.number)) == ([NEW, REPLY], [NEW])
    write(ticket, "It is.")
    file_all()
    assert customer_articles(otobo, ticket) == ["It is."]


@pytest.mark.parametrize("otobo_kind", ["MariaDB"], indirect=True)
def test_two_web_nodes_give_ids_by_turns_and_each_message_is_one_step(otobo: Otobo, beside: Rest) -> None:
    # As a cluster does it: each node counts by two, and how far each is, is its own affair.
    nodes = otobo.another(), otobo.another()
    for offset, node in enumerate(nodes, 1):
        node.database.run("SET SESSION auto_increment_increment = 2")
        node.database.run(f"SET SESSION auto_increment_offset = {offset}")
    watching = Watching()
    filed = []
    for round_ in range(6):
        node = nodes[round_ % 2]
        filed.append(mails.new_ticket(node, mail(f"Person <p{round_}@customer.example>")))
        agents.answer(nodes[(round_ + 1) % 2], filed[-1], "Hello.")
        if round_ % 3 == 2:
            watching.look()
    watching.look()
    assert [steps(ticket.number) for ticket in filed] == [[NEW, REPLY]] * 6
    for node in nodes:
        node.database.close()


def test_a_customer_user_who_was_renamed_gets_in_by_new_links_alone(otobo: Otobo, beside: Rest, client: Client) -> None:
    make.customer()
    ticket = mails.new_ticket(otobo)
    old = issue(ticket.number, ANN)
    mark_delivered(old.id)
    path = "/l/" + old.url.rpartition("/")[2]
    assert client.post(path).status_code == 303
    # OTOBO renames whoever it is on their tickets too.
    make.customer("ann.lee")
    mails.set_customer(otobo, ticket.id, "ann.lee", "ann.lee", by=3)
    assert client.get(f"/tickets/{ticket.number}").status_code != 200
    assert Client().post(path).status_code != 303
    new = issue(ticket.number, "ann.lee")
    mark_delivered(new.id)
    assert Client().post("/l/" + new.url.rpartition("/")[2]).status_code == 303


class TestRawMail:
    @pytest.fixture
    def folder(self, otobo: Otobo, beside: Rest, tmp_path: Path, settings: Settings) -> Path:
        """OTOBO keeps files on disk; a server of ours checks senders."""
        store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
        otobo.auto_reply = otobo.notifies = False
        otobo.folder = settings.OTALINK_OTOBO_ARTICLES = tmp_path / "article"
        otobo.folder.mkdir()
        return otobo.folder

    def proven(self, sender: str = f"Ann Lee <{ANN}>") -> bytes:
        return mail(sender, Authentication_Results="mx.desk.example; dmarc=pass header.from=customer.example")

    def test_on_disk_it_proves_a_sender_as_well(self, otobo: Otobo, folder: Path) -> None:
        watching = Watching()
        ticket = mails.new_ticket(otobo, self.proven())
        watching.look()
        # It may still be being written: it is read a second after it was seen.
        Arrival.objects.update(seen=otobo.clock() - timedelta(seconds=2))
        watching.rounds._are_waiting = True
        watching.look()
        assert steps(ticket.number) == [NEW]
        assert directory.find_by_login(ANN)

    def test_while_the_disk_is_away_nothing_is_decided_and_nothing_lost(self, otobo: Otobo, folder: Path) -> None:
        watching = Watching()
        ticket = mails.new_ticket(otobo, self.proven())
        away = folder.with_name("away")
        folder.rename(away)
        try:
            watching.look()
        except DeskUnavailable:
            watching.rounds.forget()
        Arrival.objects.update(seen=otobo.clock() - timedelta(hours=1))
        with pytest.raises(DeskUnavailable):
            watching.look()
        assert steps(ticket.number) == []
        assert directory.find_by_login(ANN) is None
        away.rename(folder)
        watching.rounds.forget()
        watching.look()
        assert steps(ticket.number) == [NEW]
        assert directory.find_by_login(ANN)

    def test_one_mail_that_cannot_be_read_keeps_its_ticket_waiting_and_no_other(
        self, otobo: Otobo, folder: Path
    ) -> None:
        watching = Watching()
        first, second = mails.new_ticket(otobo, self.proven()), mails.new_ticket(otobo, self.proven())
        raw = next(folder.glob(f"*/*/*/{first.article}/plain.txt"))
        away = raw.rename(raw.with_name("away"))
        raw.mkdir()
        watching.look()
        Arrival.objects.update(seen=otobo.clock() - timedelta(hours=1))
        watching.rounds._are_waiting = True
        watching.look()
        assert (steps(first.number), steps(second.number)) == ([], [NEW])
        raw.rmdir()
        away.rename(raw)
        watching.look()
        assert steps(first.number) == [NEW]

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\0" * 2_000,
            b"\xff\xfe" * 500,
            b"From: \n" * 5_000,
            b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 300,
        ],
        ids=["empty", "zeros", "no text", "authors", "parts"],
    )
    def test_a_mail_that_nobody_can_read_stops_no_other(self, otobo: Otobo, folder: Path, raw: bytes) -> None:
        watching = Watching()
        poisoned = mails.new_ticket(otobo, self.proven())
        (file,) = folder.rglob("plain.txt")
        file.write_bytes(raw)
        other = mails.new_ticket(otobo, self.proven(sender="Bob <bob@customer.example>"))
        watching.look()
        Arrival.objects.update(seen=otobo.clock() - timedelta(seconds=2))
        watching.rounds._are_waiting = True
        watching.look()
        assert steps(other.number) == [NEW]
        assert directory.find_by_login("bob@customer.example")
        assert directory.find_by_login(ANN) is None, "nothing shows who wrote it"
        assert not MirrorEntry.objects.filter(ticket_number=poisoned.number, notify=True).exists()
