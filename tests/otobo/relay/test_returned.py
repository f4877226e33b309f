"""Mail that we passed on and that comes back, is answered, or was not asked for by whoever reads it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.test import Client

from otalink.desk.current import get_desk
from otalink.desk.types import HistoryType
from otalink.notifications import refresh, undeliverable
from otalink.notifications.deliver import deliver
from otalink.notifications.models import PASSED_ON, MailState, NotificationEvent, OutboxMail
from otalink.otobo.models import MirrorEntry
from otalink.otobo.relay.received import referring
from otalink.sysconfig import store
from otalink.sysconfig.declarations import TRUSTED_SERVERS
from otalink.tokens.models import Token, TokenState
from tests.notifications.reading import secret_in
from tests.otobo.fake import agents, answers, mails
from tests.otobo.fake.articles import mail as written
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.relay.test_recipients import last_to, live, opened, passed_on
from tests.otobo.watching import Watching, steps
from tests.support import make
from tests.support.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)
ANN, BOB = "ann@customer.example", "bob@customer.example"


@pytest.fixture(autouse=True)
def _companion(companion: Otobo) -> None: ...


@pytest.fixture
def ticket(companion: Otobo, server: MailServer) -> Filed:
    """A ticket of Ann's in which Bob takes part; nothing was mailed about it."""
    make.customer()
    make.customer(BOB)
    companion.notifies = companion.auto_reply = False
    ticket = opened(companion)
    get_desk().add_participant(ticket.number, BOB, notify=False)
    return ticket


def answered(otobo: Otobo, ticket: Filed) -> None:
    agents.answer(otobo, ticket, f"See {answers.TAG}", to=ANN, cc=BOB)
    passed_on(otobo)


def report(sent: EmailMessage, address: str, said: str = "550 5.1.1 no such user") -> bytes:
    """What a mail server writes to the queue's address, with the headers of the mail that it could not deliver."""
    head = "".join(f"{name}: {value}\n" for name, value in sent.items())
    text = (
        f"From: MAILER-DAEMON@mx.example\nTo: otobo@localhost\nSubject: Undelivered: {sent['Subject']}\n"
        "Auto-Submitted: auto-replied\nMessage-ID: <bounce1@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: {said.split()[1]}\n"
        f"Diagnostic-Code: smtp; {said}\n\n--b\nContent-Type: text/rfc822-headers\n\n{head}\n--b--\n"
    )
    return text.encode()


def test_a_mail_that_comes_back_ends_the_link_of_its_reader_alone_and_marks_the_address(
    companion: Otobo, server: MailServer, ticket: Filed
) -> None:
    watching = Watching()
    answered(companion, ticket)
    anns, bobs = last_to(server, ANN), last_to(server, BOB)
    mails.follow_up(companion, ticket, report(bobs, BOB))
    watching.look()
    assert (live(anns), live(bobs)) == (True, False)
    assert undeliverable.why(BOB)
    assert not undeliverable.why(ANN)
    assert HistoryType.UNDELIVERABLE in steps(ticket.number)
    states = OutboxMail.objects.filter(event=PASSED_ON).values_list("customer_login", "state")
    assert dict(states) == {ANN: MailState.SENT, BOB: MailState.RETURNED}


def test_a_mail_that_comes_back_for_a_while_is_told_of_and_not_sent_again(
    companion: Otobo, server: MailServer, ticket: Filed
) -> None:
    watching = Watching()
    answered(companion, ticket)
    mails.follow_up(companion, ticket, report(last_to(server, ANN), ANN, "452 4.2.2 mailbox full"))
    watching.look()
    assert not undeliverable.why(ANN)
    assert not OutboxMail.objects.exclude(resend_of=None).exists()
    told = MirrorEntry.objects.get(type=HistoryType.UNDELIVERABLE)
    assert ANN in told.text


def test_after_a_mail_that_came_back_the_older_link_brings_a_fresh_one(
    companion: Otobo, server: MailServer, ticket: Filed
) -> None:
    answered(companion, ticket)
    older = last_to(server, ANN)
    watching = Watching()
    answered(companion, ticket)
    mails.follow_up(companion, ticket, report(last_to(server, ANN), ANN, "452 4.2.2 mailbox full"))
    watching.look()
    assert not live(older)
    assert refresh.request_refresh(ticket.number, ANN)
    mail = OutboxMail.objects.get(event=NotificationEvent.LINK_REFRESHED)
    assert deliver.call(mail.pk) == MailState.SENT
    assert live(last_to(server, ANN))


def test_a_link_that_is_asked_for_supersedes_the_one_passed_on_once_it_is_delivered(
    companion: Otobo, server: MailServer, ticket: Filed
) -> None:
    answered(companion, ticket)
    first = last_to(server, ANN)
    assert refresh.request_refresh(ticket.number, ANN)
    assert live(first)
    deliver.call(OutboxMail.objects.get(event=NotificationEvent.LINK_REFRESHED).pk)
    assert (live(first), live(last_to(server, ANN))) == (False, True)
    assert live(last_to(server, BOB))


def test_whoever_says_that_it_was_not_them_ends_the_link_that_was_passed_on(
    companion: Otobo, server: MailServer, ticket: Filed
) -> None:
    answered(companion, ticket)
    anns, bobs = last_to(server, ANN), last_to(server, BOB)
    page = Client().post(f"/l/{secret_in(anns)}/not-me")
    assert page.status_code == 200
    assert (live(anns), live(bobs)) == (False, True)
    assert Token.objects.get(customer_login=ANN).state == TokenState.REPORTED


@pytest.mark.parametrize(("author", "standing"), [(ANN, ""), (BOB, "not proven")])
def test_an_answer_to_a_copy_is_the_word_of_whoever_got_that_copy(
    companion: Otobo, server: MailServer, ticket: Filed, author: str, standing: str
) -> None:
    store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    answered(companion, ticket)
    copy = last_to(server, ANN)
    watching = Watching()
    raw = written(
        sender=author, subject=f"Re: {copy['Subject']}", In_Reply_To=copy["Message-ID"],
        References=f"{copy['References']} {copy['Message-ID']}", Authentication_Results="mx.desk.example; dmarc=none",
    )  # fmt: skip
    filed = mails.follow_up(companion, ticket, raw)
    watching.look()
    assert MirrorEntry.objects.get(article_id=filed.article).standing == standing


def test_our_message_id_joins_the_references_and_those_of_other_copies_leave_them() -> None:
    other = "<" + "0" * 31 + "f@otalink.example>"
    mail = f"References: <a@x><b@x>\r\n <c@x>{other}\r\nSubject: x\r\n\r\nHello\r\n".encode()
    kept = b"References: <a@x>\r\n <b@x>\r\n <c@x>"
    assert referring(mail, "1@o") == kept + b"\r\n <1@o>\r\nSubject: x\r\n\r\nHello\r\n"
    assert referring(mail) == kept + b"\r\nSubject: x\r\n\r\nHello\r\n"
    answer = b"In-Reply-To: <a@x>\r\n\r\nHello\r\n"
    assert referring(answer, "1@o") == b"In-Reply-To: <a@x>\r\nReferences: <a@x>\r\n <1@o>\r\n\r\nHello\r\n"
    assert referring(answer) == answer
    assert referring(b"Subject: x\r\n\r\nHello\r\n") == b"Subject: x\r\n\r\nHello\r\n"
    assert referring(f"References: {other}\r\nTo: y\r\n\r\n".encode()) == b"To: y\r\n\r\n"
