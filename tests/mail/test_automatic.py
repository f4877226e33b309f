"""Which mail no person wrote, by its headers and parts alone: no envelope sender is at hand."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import mail, multipart, part


def why(*headers: str, sender: str = "Ann Lee <ann@customer.example>") -> str:
    return parse(mail("I am away.", *headers, sender=sender)).automatic


@pytest.mark.parametrize(
    "sender",
    [
        "postmaster@customer.example",
        "Mail Delivery System <Post_Master@customer.example>",
        "MAILER-DAEMON <>",
        "<>",
        '"Mail Delivery Subsystem" <>',
        "MAILER-DAEMON",
        "MAILER-DAEMON (Mail Delivery System)",
        "Mail Delivery System <mailer-daemon@customer.example>",
        "mailerdaemon@customer.example",
        "bounces@customer.example",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>",
    ],
)
def test_mail_systems_are_known_by_their_names(sender: str) -> None:
    assert why(sender=sender) == "mail system"


@pytest.mark.parametrize(
    "sender",
    [
        "Ann Lee <ann@customer.example>",
        "Postmaster General <ann@customer.example>",
        "postmasters@customer.example",
        "bounce.castles@customer.example",
        "MAILER-DAEMON <ann@customer.example>",
        "Ann Lee",
    ],
)
def test_people_are_not(sender: str) -> None:
    assert why(sender=sender) == ""


@pytest.mark.parametrize(
    "header",
    [
        "X-Apple-Action: OOF/1",
        "X-Autoreply: yes",
        "X-Auto-Reply: 1",
        "X-Autoreply-From: ann@customer.example",
        "X-Mail-Autoreply: true",
        "X-Autoresponder: vacation 2.1",
        "X-Autoresponse: yes",
        "X-Vacation: on",
        "X-FC-MachineGenerated: true",
    ],
)
def test_programs_that_answer_for_people_are_known_by_their_headers(header: str) -> None:
    assert why(header) == "auto-reply"


@pytest.mark.parametrize("header", ["X-Autoreply: no", "X-Autorespond: ", "X-Vacation: 0"])
def test_such_a_header_may_say_no(header: str) -> None:
    assert why(header) == ""


def test_exim_and_gmail_name_whom_they_could_not_reach() -> None:
    assert why("X-Failed-Recipients: ann@customer.example") == "mail system"


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/disposition-notification"])
def test_a_delivery_status_outside_a_report_is_a_report(kind: str) -> None:
    raw = multipart("mixed", part(b"Sorry."), part(b"Reporting-MTA: dns; mx.example\r\n", kind))
    assert parse(raw).automatic == "report"
