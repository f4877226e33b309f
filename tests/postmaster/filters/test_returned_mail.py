"""What mail systems write about a mail that did not arrive, in reports and in words of their own."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from otalink.mail.refusals import Cause
from otalink.postmaster.filters import returned_mail
from tests.postmaster.builders import mail, multipart, part
from tests.postmaster.filters.support import bounce

OURS = "0123456789abcdef@desk.example"
DAEMON = b"Mail Delivery System <MAILER-DAEMON@mx.example>"
RETURNED = f"Received: by mx.example\r\nFrom: support@desk.example\r\nMessage-ID:\r\n <{OURS}>\r\nSubject: x\r\n"


def from_daemon(raw: bytes) -> bytes:
    return raw.replace(b"Ann Lee <ann@customer.example>", DAEMON)


def told(text: str, subject: str = "Undelivered mail") -> bytes:
    return mail(text, sender=DAEMON.decode(), subject=subject)


WAYS = {
    "a whole mail beside the words": from_daemon(
        multipart("mixed", part(b"Unknown user."), part(RETURNED.encode(), "message/rfc822"))
    ),
    "headers beside the words": from_daemon(
        multipart("mixed", part(b"Unknown user."), part(RETURNED.encode(), "text/rfc822-headers"))
    ),
    "a text file": from_daemon(
        multipart(
            "mixed",
            part(b"Unknown user."),
            part(RETURNED.encode(), "text/plain", "Content-Disposition: attachment; filename=details.txt"),
        )
    ),
    "a status without a report": from_daemon(
        multipart(
            "mixed",
            part(b"Sorry."),
            part(b"Reporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n", "message/delivery-status"),
            part(RETURNED.encode(), "message/rfc822"),
        )
    ),
    "below the words": told(f"Unknown user.\r\n\r\n----- The message is below -----\r\n{RETURNED}"),
    "quoted": told(f"Unknown user.\r\n> Message-Id: <{OURS}>\r\n"),
    "a bounce within a mail": from_daemon(
        multipart("mixed", part(b"Unknown user."), part(bounce(OURS), "message/rfc822"))
    ),
    "as what it answers": mail("Unknown user.", f"In-Reply-To: <{OURS}>", sender=DAEMON.decode(), subject="failure"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_that_came_back_is_known_by_its_message_id_however_it_is_sent_back(way: str) -> None:
    assert OURS in returned_mail.ids(parse(WAYS[way]))


@pytest.mark.parametrize("way", WAYS)
def test_whoever_sends_it_back_says_why(way: str) -> None:
    failure = returned_mail.failure(parse(WAYS[way]))
    assert failure
    assert failure.cause is Cause.ADDRESS


def test_a_person_who_forwards_our_mail_sends_nothing_back() -> None:
    raw = multipart("mixed", part(b"Unknown user, what does that mean?"), part(RETURNED.encode(), "message/rfc822"))
    assert returned_mail.ids(parse(raw)) == []
    assert returned_mail.failure(parse(raw)) is None


@pytest.mark.parametrize(
    "raw",
    [
        bounce(OURS, "4.4.1", "delayed"),
        bounce(OURS, "2.0.0", "delivered"),
        told(
            "Your message has been delayed for 4 hours. 451 4.4.1", "Warning: could not send message for past 4 hours"
        ),
        told("We could not deliver it yet.", "Delivery Status Notification (Delay)"),
        told("Zustellung verz\u00f6gert.", "Verz\u00f6gerte Zustellung"),
        mail("I am away.", "Auto-Submitted: auto-replied", f"In-Reply-To: <{OURS}>"),
        multipart(
            "report; report-type=disposition-notification",
            part(b"Your mail was deleted unread: failed."),
            part(b"Disposition: manual-action/MDN-sent-manually; deleted\r\n", "message/disposition-notification"),
        ),
    ],
)
def test_what_is_late_read_or_answered_did_not_fail(raw: bytes) -> None:
    assert returned_mail.failure(parse(raw)) is None


def test_the_words_of_the_mail_that_came_back_are_not_those_of_the_system() -> None:
    text = f"Delivery failed.\r\n\r\n{RETURNED}\r\nMy mailbox is full, user unknown, spam!\r\n"
    failure = returned_mail.failure(parse(told(text)))
    assert failure
    assert failure.cause is Cause.UNKNOWN


def test_a_report_that_says_little_is_explained_by_the_words_beside_it() -> None:
    raw = bounce(OURS, "5.0.0", said="550 5.0.0").replace(
        b"Your mail could not be delivered.", b"The mailbox of the recipient is full."
    )
    failure = returned_mail.failure(parse(raw))
    assert failure
    assert (failure.cause, failure.said) == (Cause.MAILBOX_FULL, "smtp; 550 5.0.0")


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    fields = (
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; bob@customer.example\r\nAction: relayed\r\n"
        b"Status: 2.0.0\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
    )
    raw = multipart("report; report-type=delivery-status", part(b"x"), part(fields, "message/delivery-status"))
    failure = returned_mail.failure(parse(raw))
    assert failure
    assert failure.cause is Cause.MAILBOX_FULL
