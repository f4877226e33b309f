"""Fetching from a real Dovecot: each mail is filed exactly once, and leaves the mailbox only then."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from otalink.customers.models import CustomerUserRecord
from otalink.desk import current
from otalink.minidesk.models import Queue, Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.accounts import imap, manage, pop3
from otalink.postmaster.models import MailAccount
from otalink.sysconfig import store
from tests.postmaster.accounts.support import visit_once
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.dovecot import cutting_proxy

pytestmark = pytest.mark.django_db(transaction=True)

SEAMS = "tests.postmaster.seams"


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_mail_is_filed_in_order_and_deleted(box: Box, protocol: str) -> None:
    box.put(mail("first"), mail("second"), mail("third"))
    result = visit_once(box.account(protocol=protocol))
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
    assert visit_once(box.account(protocol=protocol, security=security, port=port)).error == ""
    assert texts() == ["over TLS"]


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_mail_that_cannot_be_filed_now_stays_unseen_and_comes_later(
    box: Box, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(mail("patient"), mail("second"))
    account = box.account(protocol=protocol)
    current.select(f"{SEAMS}.UnavailableDesk")
    try:
        result = visit_once(account)
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")
    assert result.outcomes == {"try later": 1}
    assert "stay in the mailbox" in result.error
    assert len(box.mails()) == 2
    # POP3 has no such mark; Dovecot sets it for every mail that was read.
    assert protocol == "pop3" or "Seen" not in box.server.flags(box.user)
    assert MailAccount.objects.get().state == "failing"
    visit_once(account)
    assert texts() == ["patient", "second"]
    assert box.mails() == []
    assert MailAccount.objects.get().state == "working"


def test_mail_without_sense_goes_to_quarantine_and_leaves_the_mailbox(box: Box, settings: Settings) -> None:
    Queue.objects.create(name="Elsewhere", email="elsewhere@localhost", sender_name="Elsewhere")
    current.select(f"{SEAMS}.FailingDesk")
    try:
        box.put(mail("breaks"))
        result = visit_once(box.account(queue="Elsewhere"))
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")
    assert result.outcomes == {"quarantined": 1}
    assert box.mails() == []
    assert quarantine.items()[0].delivery.queue == "Elsewhere"


def test_rejected_mail_waits_for_an_operator(box: Box) -> None:
    from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER

    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.RejectAll"})
    box.put(mail("no thanks"))
    assert visit_once(box.account()).outcomes == {"quarantined": 1}
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
        assert visit_once(account).error == ""
    assert (texts(), len(read), len(box.mails())) == (["small"], 1, 1)
    account.refresh_from_db()
    assert account.state == "working"
    assert "1 mail that is larger than PostMasterMaxEmailSize (1 MB); raise that setting" in account.last_error
    store.set_value("PostMasterMaxEmailSize", 2)
    visit_once(account)
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


def test_the_accounts_queue_takes_new_tickets(box: Box) -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")
    box.put(mail())
    visit_once(box.account(queue="Sales"))
    assert Ticket.objects.get().queue.name == "Sales"


@pytest.mark.parametrize("trusted", [True, False])
def test_headers_of_ours_count_only_in_trusted_accounts(box: Box, trusted: bool) -> None:
    box.put(mail("Hello", "X-OTOBO-Title: Given"))
    visit_once(box.account(trusted=trusted))
    assert Ticket.objects.get().title == ("Given" if trusted else "Printer")
    assert CustomerUserRecord.objects.count() == 1


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_server_that_drops_the_connection_anywhere_loses_and_doubles_nothing(box: Box, protocol: str) -> None:
    sent = [f"mail {number} " + "z" * 300 for number in range(8)]
    box.put(*(mail(text) for text in sent))
    account = box.account(protocol=protocol)
    failures = 0
    for after in range(200, 6_000, 450):
        with cutting_proxy(account.port or 0, after) as port:
            manage.touch(account, port=port)
            failures += bool(visit_once(account).error)
    manage.touch(account, port=getattr(box.server, protocol))
    assert visit_once(account).error == ""
    assert sorted(texts()) == sent
    assert box.mails() == []
    assert failures >= 4
