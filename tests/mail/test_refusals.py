"""What mail systems say when they refuse a mail, and what they mean."""

from __future__ import annotations

import pytest

from otalink.mail.refusals import Cause, cause_of

SAID = {
    Cause.ADDRESS: [
        # Postfix, Exchange, Gmail, Yahoo, Exim, qmail, sendmail, Domino, German and French hosts.
        "550 5.1.1 <ann@customer.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@customer.example not found by SMTP address lookup",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking it.",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "554 delivery error: dd This user doesn't have a yahoo.example account (ann@yahoo.example) [0]",
        "550 No such user here",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "550 <ann@customer.example>... User Unknown",
        "User ann (ann@customer.example) not listed in Domino Directory",
        "550 5.1.1 Empf\u00e4nger unbekannt",
        "550 Das Postfach ann@customer.example existiert nicht",
        "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient.",
        "5.1.1",
        "5.1.10",
        "5.2.1",
    ],
    Cause.MAILBOX_FULL: [
        "552 5.2.2 The email account that you tried to reach is over quota.",
        "452 4.2.2 Mailbox full",
        "550 5.1.1 mailbox is full",
        "554 5.2.2 mailbox full; STOREDRV.Deliver; Quota exceeded",
        "552 Das Postfach ist leider voll",
        "The user's mailbox has exceeded its storage limit",
        "5.2.2",
    ],
    Cause.POLICY: [
        "550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus",
        "550 5.1.1 <ann@customer.example>: 192.0.2.1 is listed by bl.example, see http://www.spamhaus.org/query",
        "553 http://www.spamhaus.org/query/bl?ip=192.0.2.1",
        "554 5.7.1 <ann@customer.example>: Relay access denied",
        "550 5.7.26 This mail is unauthenticated, it did not pass SPF and DKIM",
        "550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
        "550 5.7.133 sender not authenticated for group",
        "554 Message rejected because of unacceptable content, policy violation",
        "550 5.1.8 Access denied, bad outbound sender",
        "554 Nachricht wegen Spam-Verdacht abgelehnt",
        "5.7.1",
    ],
    Cause.SIZE: [
        "552 5.3.4 Message size exceeds fixed limit",
        "552 5.2.3 Message too large",
        "550 Nachricht ist zu gro\u00df",
        "5.3.4",
    ],
    Cause.HOST: [
        "4.4.1 connect to mx.customer.example: Connection timed out",
        "550 5.1.2 Host or domain name not found. Name service error for name=customer.exampel",
        "554 5.4.6 Too many hops",
        "450 4.1.1 <ann@customer.example>: Recipient address rejected: User unknown in virtual alias table",
        "451 4.3.0 Temporary lookup failure",
        "5.4.4",
    ],
    Cause.UNKNOWN: ["550 Requested action not taken: mailbox unavailable", "554 Transaction failed", "5.0.0", ""],
}


@pytest.mark.parametrize(("cause", "said"), [(cause, said) for cause, texts in SAID.items() for said in texts])
def test_it_knows_what_is_meant(cause: Cause, said: str) -> None:
    assert cause_of(said) is cause


@pytest.mark.parametrize(
    ("said", "status", "cause"),
    [
        ("smtp; 550 blocked using bl.example", "5.1.1", Cause.POLICY),
        ("smtp; 550 see our web page", "5.1.1", Cause.ADDRESS),
        ("smtp; 550 no such mailbox", "5.2.2", Cause.MAILBOX_FULL),
        ("smtp; 450 user unknown", "4.1.1", Cause.HOST),
        ("", "5.7.1", Cause.POLICY),
        ("", "", Cause.UNKNOWN),
    ],
)
def test_words_count_before_the_code_and_doubt_is_for_the_address(said: str, status: str, cause: Cause) -> None:
    assert cause_of(said, status) is cause


def test_words_within_an_address_mean_nothing() -> None:
    assert cause_of("550 5.1.1 <spam.blocked@junk.example> user unknown") is Cause.ADDRESS
    assert cause_of("550 5.7.1 <user.unknown@customer.example> refused") is Cause.POLICY


@pytest.mark.parametrize(
    "said", ["mailbox " * 100_000, "x" * 1_000_000, "<" * 100_000, "@" * 100_000, "\0\u202e\n" * 9_000]
)
def test_nothing_that_is_said_takes_long(said: str) -> None:
    assert cause_of(said) is Cause.UNKNOWN
