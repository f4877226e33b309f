"""First contact with a real mailbox changes nothing: what is there already stays, and nobody is answered."""

from __future__ import annotations

import imaplib
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from otalink.minidesk.models import History
from otalink.postmaster.accounts import first_contact
from otalink.postmaster.accounts.models import MailAccount
from otalink.postmaster.accounts.remembered import RememberedMail
from tests.postmaster.accounts.support import visit_once
from tests.postmaster.builders import ANN, mail
from tests.postmaster.conftest import Box, texts

pytestmark = pytest.mark.django_db(transaction=True)

TWO_YEARS_AGO = datetime.now(UTC) - timedelta(days=730)
PROTOCOLS = pytest.mark.parametrize("protocol", ["imap", "pop3"])


def old_mail(text: str, sender: str = ANN) -> bytes:
    raw = mail(text, sender=sender).replace(b"\r\nDate: ", b"\r\nX-Was: ")
    return f"Date: {format_datetime(TWO_YEARS_AGO)}\r\n".encode() + raw


def put_old(box: Box, count: int) -> None:
    """Lay mails of two years ago in, as they would lie there."""
    with box.server.client(box.user) as client:
        for number in range(count):
            when = imaplib.Time2Internaldate(TWO_YEARS_AGO)
            assert client.append("INBOX", "", when, old_mail(f"old {number}", f"{number}@x.example"))[0] == "OK"


def connected(box: Box, protocol: str, **values: str) -> MailAccount:
    """An account as somebody makes it who chooses nothing."""
    return box.account(protocol=protocol, after="", **{"existing": "leave", **values})


def notified() -> int:
    return History.objects.filter(notify=True).count()


@PROTOCOLS
def test_connecting_a_mailbox_with_60_old_mails_answers_nobody_and_leaves_them(box: Box, protocol: str) -> None:
    put_old(box, 60)
    account = connected(box, protocol)
    for _ in range(2):
        assert visit_once(account).error == ""
    assert (texts(), notified(), len(box.mails())) == ([], 0, 60)
    assert protocol == "pop3" or "Seen" not in box.server.flags(box.user)


@PROTOCOLS
def test_what_comes_from_now_on_is_filed_and_kept(box: Box, protocol: str) -> None:
    put_old(box, 3)
    account = connected(box, protocol)
    visit_once(account)
    box.put(mail("new"))
    for _ in range(2):
        assert visit_once(account).error == ""
    assert (texts(), notified()) == (["new"], 1)
    # IMAP moves it, POP3 leaves it and knows it again.
    assert (len(box.mails()), len(box.mails("Filed"))) == ((3, 1) if protocol == "imap" else (4, 0))


@PROTOCOLS
def test_old_mail_that_turns_up_later_is_filed_and_not_answered(box: Box, protocol: str) -> None:
    account = connected(box, protocol)
    visit_once(account)
    box.put(old_mail("moved here"))
    visit_once(account)
    assert (texts(), notified()) == (["moved here"], 0)


@PROTOCOLS
def test_what_is_there_is_filed_quietly_where_that_is_wanted(box: Box, protocol: str) -> None:
    put_old(box, 3)
    box.put(mail("of today"))
    account = connected(box, protocol, existing="quietly")
    visit_once(account)
    assert (len(texts()), notified()) == (4, 0)
    box.put(mail("after that"))
    visit_once(account)
    assert (len(texts()), notified()) == (5, 1)


@PROTOCOLS
def test_what_is_there_is_answered_where_that_is_wanted(box: Box, protocol: str) -> None:
    put_old(box, 2)
    account = connected(box, protocol, existing="new")
    visit_once(account)
    assert (len(texts()), notified()) == (2, 2)
    box.put(old_mail("moved here later"))
    visit_once(account)
    assert (len(texts()), notified()) == (3, 2)


@PROTOCOLS
def test_an_operator_may_decide_later(box: Box, protocol: str) -> None:
    put_old(box, 2)
    account = connected(box, protocol)
    visit_once(account)
    MailAccount.objects.update(existing="quietly")
    visit_once(account)
    assert (len(texts()), notified()) == (2, 0)


@PROTOCOLS
def test_a_look_says_how_much_is_there_and_since_when_and_what_comes_after_it_is_new(box: Box, protocol: str) -> None:
    put_old(box, 2)
    account = connected(box, protocol)
    assert str(first_contact.look(account)) == f"2 mails, the oldest of {TWO_YEARS_AGO.year}"
    box.put(mail("after the look"))
    visit_once(account)
    assert texts() == ["after the look"]


def test_a_server_that_numbers_its_mails_anew_does_not_make_them_new(box: Box) -> None:
    put_old(box, 3)
    account = connected(box, "imap")
    visit_once(account)
    for file in (box.server.folder / "mail" / box.user).glob("dovecot*"):
        file.unlink()
    time.sleep(1.1)  # Dovecot's new UIDVALIDITY is the time in seconds
    box.put(mail("new"))
    visit_once(account)
    account.refresh_from_db()
    assert (texts(), notified(), len(box.mails())) == (["new"], 1, 3)


def test_what_is_gone_from_a_pop3_mailbox_is_forgotten(box: Box) -> None:
    put_old(box, 2)
    account = connected(box, "pop3")
    visit_once(account)
    assert RememberedMail.objects.filter(filed=False).count() == 2
    with box.server.client(box.user) as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
    visit_once(account)
    assert RememberedMail.objects.count() == 1


@PROTOCOLS
def test_an_account_that_leads_elsewhere_begins_anew(box: Box, protocol: str) -> None:
    put_old(box, 1)
    account = connected(box, protocol)
    visit_once(account)
    account.refresh_from_db()
    first_contact.forget(account)
    account.save()
    put_old(box, 1)
    visit_once(account)
    assert (texts(), len(box.mails())) == ([], 2)
