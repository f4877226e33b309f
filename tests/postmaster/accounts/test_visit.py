"""Fetching from a real Dovecot: each mail is filed exactly once, and leaves the mailbox only then."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.customers.models import CustomerUserRecord
from otalink.desk import current
from otalink.minidesk.models import Article, Queue, Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.accounts import imap, lease, manage, pop3
from otalink.postmaster.accounts.fetcher import Fetcher, fetch_once
from otalink.postmaster.accounts.mailbox import open_mailbox
from otalink.postmaster.accounts.visit import Visit, visit
from otalink.postmaster.models import MailAccount
from otalink.sysconfig import store
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.dovecot import cutting_proxy, hasty_proxy
from tests.support.product import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

SEAMS = "tests.postmaster.seams"


def _visit(account: MailAccount) -> Visit:
    return visit(account, lambda: False, stay=False)


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_mail_is_filed_in_order_and_deleted(box: Box, protocol: str) -> None:
    box.put(mail("first"), mail("second"), mail("third"))
    result = _visit(box.account(protocol=protocol))
    assert (result.outcomes, result.error) == ({"new ticket": 3}, "")
    assert texts() == ["first", "second", "third"]
    assert box.mails() == []
    account = MailAccount.objects.get()
    assert account.state == "working"
    assert account.last_success is not None
    assert (account.lease_owner, account.last_error) == ("", "")


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_comes_over_tls(box: Box, protocol: str, security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(box.server.ca_file))
    box.put(mail("over TLS"))
    port = getattr(box.server, protocol + ("s" if security == "tls" else ""))
    assert _visit(box.account(protocol=protocol, security=security, port=port)).error == ""
    assert texts() == ["over TLS"]


def test_filed_mail_moves_to_a_folder_that_is_made(box: Box) -> None:
    raw = mail("moved")
    box.put(raw)
    assert _visit(box.account(after="move", move_to="Erledigt/Grüße")).error == ""
    assert box.mails() == []
    assert box.mails("Erledigt/Gr&APwA3w-e") == [raw]


def _know_neither_move_nor_uidplus(monkeypatch: pytest.MonkeyPatch) -> None:
    import imaplib

    ask = imaplib.IMAP4.capability
    monkeypatch.setattr(imaplib.IMAP4, "capability", lambda self: (ask(self)[0], [b"IMAP4REV1"]))


@pytest.mark.parametrize("after", ["move", "delete"])
def test_it_works_with_servers_that_know_neither_move_nor_uidplus(
    box: Box, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _know_neither_move_nor_uidplus(monkeypatch)
    box.put(mail("old server"), mail("second"))
    assert _visit(box.account(after=after, move_to="Done")).error == ""
    assert (box.mails(), len(box.mails("Done"))) == ([], 2 if after == "move" else 0)
    assert texts() == ["old server", "second"]


def test_another_folder_is_read(box: Box) -> None:
    with box.server.client(box.user) as client:
        client.create("Help")
    box.put(mail("not this"))
    box.server.put(box.user, mail("this"), folder="Help")
    _visit(box.account(folder="Help"))
    assert texts() == ["this"]
    assert len(box.mails()) == 1


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_mail_that_cannot_be_filed_now_stays_unseen_and_comes_later(
    box: Box, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(mail("patient"), mail("second"))
    account = box.account(protocol=protocol)
    current.select(f"{SEAMS}.UnavailableDesk")
    try:
        result = _visit(account)
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")
    assert result.outcomes == {"try later": 1}
    assert "stay in the mailbox" in result.error
    assert len(box.mails()) == 2
    # POP3 has no such mark; Dovecot sets it for every mail that was read.
    assert protocol == "pop3" or "Seen" not in box.server.flags(box.user)
    assert MailAccount.objects.get().state == "failing"
    _visit(account)
    assert texts() == ["patient", "second"]
    assert box.mails() == []
    assert MailAccount.objects.get().state == "working"


def test_mail_without_sense_goes_to_quarantine_and_leaves_the_mailbox(box: Box, settings: Settings) -> None:
    current.select(f"{SEAMS}.FailingDesk")
    try:
        box.put(mail("breaks"))
        result = _visit(box.account(queue="Elsewhere"))
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")
    assert result.outcomes == {"quarantined": 1}
    assert box.mails() == []
    assert quarantine.items()[0].delivery.queue == "Elsewhere"


def test_rejected_mail_waits_for_an_operator(box: Box) -> None:
    from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER

    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.RejectAll"})
    box.put(mail("no thanks"))
    assert _visit(box.account()).outcomes == {"quarantined": 1}
    assert box.mails() == []
    assert quarantine.items()[0].reason.startswith("rejected")


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_mail_that_is_too_large_stays_unread_and_the_account_says_what_to_do(
    box: Box, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.set_value("PostMasterMaxEmailSize", 1)
    box.put(mail("x" * 1_100_000), mail("small"))
    account, read = box.account(protocol=protocol), _read_mails(protocol, monkeypatch)
    for _ in range(3):
        assert _visit(account).error == ""
    assert (texts(), len(read), len(box.mails())) == (["small"], 1, 1)
    account.refresh_from_db()
    assert account.state == "working"
    assert "1 mail that is larger than PostMasterMaxEmailSize (1 MB); raise that setting" in account.last_error
    store.set_value("PostMasterMaxEmailSize", 2)
    _visit(account)
    account.refresh_from_db()
    assert (account.last_error, len(texts()), box.mails()) == ("", 2, [])


def _read_mails(protocol: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the mails that are read from now on."""
    keys: list[str] = []
    kind = imap.ImapMailbox if protocol == "imap" else pop3.Pop3Mailbox
    read = kind.read

    def note(self: Any, key: str) -> bytes | None:
        keys.append(key)
        return read(self, key)

    monkeypatch.setattr(kind, "read", note)
    return keys


def test_lines_longer_than_any_standard_allows_come_whole(box: Box) -> None:
    box.put(mail("y" * 600_000))
    assert _visit(box.account(protocol="pop3")).error == ""
    assert texts() == ["y" * 600_000]


def test_a_full_pop3_mailbox_is_emptied_in_several_sessions(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3, "MAILS_PER_SESSION", 2)
    store.set_value("PostMasterMaxEmailSize", 1)
    box.put(mail("x" * 1_100_000), *(mail(f"number {number}") for number in range(5)))
    result = _visit(box.account(protocol="pop3"))
    assert (result.outcomes, result.too_large, result.error) == ({"new ticket": 5}, 1, "")
    assert texts() == [f"number {number}" for number in range(5)]
    assert len(box.mails()) == 1


def test_the_accounts_queue_takes_new_tickets(box: Box) -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")
    box.put(mail())
    _visit(box.account(queue="Sales"))
    assert Ticket.objects.get().queue.name == "Sales"


@pytest.mark.parametrize("trusted", [True, False])
def test_headers_of_ours_count_only_in_trusted_accounts(box: Box, trusted: bool) -> None:
    box.put(mail("Hello", "X-OTOBO-Title: Given"))
    _visit(box.account(trusted=trusted))
    assert Ticket.objects.get().title == ("Given" if trusted else "Printer")
    assert CustomerUserRecord.objects.count() == 1


def test_what_somebody_else_marked_as_deleted_is_left_alone(box: Box) -> None:
    box.put(mail("marked"), mail("new"))
    with box.server.client(box.user) as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
    _visit(box.account())
    assert texts() == ["new"]
    assert len(box.mails()) == 1


def test_a_mailbox_that_numbers_its_mails_anew_costs_and_doubles_nothing(box: Box) -> None:
    account = box.account(folder="Work", after="move", move_to="Done")
    for text in ("before", "after"):
        with box.server.client(box.user) as client:
            client.delete("Work")
            client.create("Work")
        box.server.put(box.user, mail(text), mail(text), folder="Work")
        assert _visit(account).error == ""
    assert texts() == ["before", "before", "after", "after"]


def test_in_a_full_mailbox_all_is_filed_once_though_nothing_can_be_moved(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With MOVE nothing grows, and Dovecot allows it; COPY is what servers without it are asked for.
    _know_neither_move_nor_uidplus(monkeypatch)
    full, sent = Box(box.server, box.server.new_user(small=True)), [f"mail {number}" for number in range(30)]
    full.put(*(mail(text, f"X-Filler: {'x' * 700}") for text in sent))
    account = full.account(after="move", move_to="Archive")
    for outcome in ("new ticket", "duplicate"):
        result = _visit(account)
        assert result.outcomes == {outcome: 30}
        assert f"the mailbox of {full.user} is full" in result.error
        assert MailAccount.objects.get().state == "failing"
    assert (texts(), len(full.mails())) == (sent, 30)
    assert _visit(full.account(name="deleting")).outcomes == {"duplicate": 30}
    assert full.mails() == []
    assert Article.objects.count() == 30


def test_a_full_mailbox_whose_server_can_move_is_emptied(box: Box) -> None:
    full = Box(box.server, box.server.new_user(small=True))
    full.put(mail("x" * 12_000), mail("y" * 12_000))
    assert _visit(full.account(after="move", move_to="Archive")).error == ""
    assert (full.mails(), len(full.mails("Archive"))) == ([], 2)


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_server_that_drops_the_connection_anywhere_loses_and_doubles_nothing(box: Box, protocol: str) -> None:
    sent = [f"mail {number} " + "z" * 300 for number in range(8)]
    box.put(*(mail(text) for text in sent))
    account = box.account(protocol=protocol)
    failures = 0
    for after in range(200, 6_000, 450):
        with cutting_proxy(account.port or 0, after) as port:
            manage.touch(account, port=port)
            failures += bool(_visit(account).error)
    manage.touch(account, port=getattr(box.server, protocol))
    assert _visit(account).error == ""
    assert sorted(texts()) == sent
    assert box.mails() == []
    assert failures >= 4


def test_two_at_once_file_each_mail_once(box: Box) -> None:
    sent = [f"mail {number}" for number in range(40)]
    box.put(*(mail(text) for text in sent))
    account = box.account()
    results = fetch_once([account] * 4)
    assert sorted(bool(result.error) for result in results) == [False, True, True, True]
    assert sorted(texts()) == sorted(sent)


def test_even_without_the_lease_each_mail_is_filed_once(box: Box) -> None:
    sent = [f"mail {number}" for number in range(20)]
    box.put(*(mail(text) for text in sent))
    fetch_once([box.account(name=name) for name in ("one", "two", "three")])
    assert sorted(texts()) == sorted(sent)
    assert box.mails() == []


def test_a_killed_process_holds_an_account_up_for_a_minute(box: Box) -> None:
    account = box.account()
    with time_machine.travel("2026-01-01T12:00Z", tick=False) as clock:
        assert lease.take(account.pk)
        assert lease.take(account.pk) is None
        assert not lease.due().exists()
        clock.shift(lease.DURATION + timedelta(seconds=1))
        assert lease.take(account.pk)


def test_pauses_grow_while_a_server_is_down_and_end_with_it(box: Box) -> None:
    account = box.account(port=1)
    pauses = []
    with time_machine.travel("2026-01-01T12:00Z", tick=False) as clock:
        for _ in range(9):
            assert "refuses the connection" in _visit(account).error
            account.refresh_from_db()
            assert account.next_try is not None
            assert not lease.due().exists()
            pauses.append((account.next_try - timezone.now()).total_seconds())
            clock.shift(timedelta(seconds=pauses[-1]))
            assert lease.due().exists()
        assert pauses == [15, 30, 60, 120, 240, 480, 900, 900, 900]
        assert account.failing_since is not None
        assert account.failing_since.isoformat().startswith("2026-01-01T12:00:00")
    manage.touch(account, port=box.server.imap)
    assert _visit(account).error == ""
    account.refresh_from_db()
    assert (account.state, account.failures, account.last_error) == ("working", 0, "")


def test_new_mail_is_announced_and_filed_while_other_servers_are_down(box: Box) -> None:
    box.account(name="down", port=1)
    box.account(name="up")
    store.set_value("PostMasterFetchInterval", 3_600)
    fetcher = Fetcher()
    fetcher.start()
    try:
        wait_for("the first visit", lambda: MailAccount.objects.get(name="up").last_success)
        time.sleep(0.5)
        began = time.monotonic()
        box.put(mail("announced"))
        wait_for("the mail", lambda: texts() or None)
        assert time.monotonic() - began < 3
        assert MailAccount.objects.get(name="down").state == "failing"
    finally:
        began = time.monotonic()
        fetcher.stop()
    assert time.monotonic() - began < 5
    assert MailAccount.objects.get(name="up").lease_owner == ""
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]


def test_mail_that_is_announced_before_we_wait_is_noticed(box: Box) -> None:
    with hasty_proxy(box.server.imap) as port, open_mailbox(box.account(port=port)) as mailbox:
        began = time.monotonic()
        mailbox.wait(20, lambda: True)
        assert time.monotonic() - began < 5
        assert mailbox.waiting() == []


def test_a_disabled_account_is_let_go_of(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_RENEW_SECONDS", 0.0)
    account = box.account()
    thread = threading.Thread(target=lambda: fetch_with_idle(account))
    thread.start()
    wait_for("the first visit", lambda: MailAccount.objects.get().last_success)
    manage.set_enabled(account, False)
    thread.join(10)
    assert not thread.is_alive()
    box.put(mail("late"))
    assert fetch_once([account])[0].error
    assert texts() == []


def fetch_with_idle(account: MailAccount) -> None:
    from django.db import connections

    try:
        visit(account, lambda: False, stay=True)
    finally:
        connections.close_all()
