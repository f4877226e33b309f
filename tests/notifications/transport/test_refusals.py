"""What the refusals that mail servers really give are about."""

from __future__ import annotations

import pytest

from otalink.notifications.transport.refusals import Fault, Stage, fault_of

SENDER, RECIPIENT, CONTENT = Stage


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.1.1 <ann@customer.example>: Recipient address rejected: User unknown in relay recipient table",
        "550 5.1.1 The email account that you tried to reach does not exist.",
        "550 5.1.2 <ann@customr.example>: Recipient address rejected: Domain not found",
        "553 5.1.3 syntax of the address",
        "556 5.1.10 the domain accepts no mail",
        "550 5.2.1 The email account that you tried to reach is inactive",
        "550 no such user",
        "550 User unknown",
        "550 <ann@customer.example>... User unknown",
        "550 unknown user",
        "550 sorry, no mailbox here by that name (#5.1.1)",
        "550 5.1.0 Address rejected: mailbox not found",
        "554 5.0.0 recipient does not exist",
    ],
)
@pytest.mark.parametrize("stage", [RECIPIENT, CONTENT])
def test_an_address_that_is_wrong_is_the_recipients(stage: Stage, reply: str) -> None:
    assert fault_of(stage, int(reply[:3]), reply[4:]) is Fault.RECIPIENT


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        (RECIPIENT, "554 Relay access denied"),
        (RECIPIENT, "554 5.7.1 <ann@customer.example>: Relay access denied"),
        (RECIPIENT, "550 relaying is not permitted"),
        (RECIPIENT, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
        (RECIPIENT, "550 5.7.1 Service unavailable; client [192.0.2.5] blocked using zen.example"),
        (RECIPIENT, "550 you are on a blocklist, unknown user or not"),
        (RECIPIENT, "550 Zugriff verweigert"),
        (RECIPIENT, "451 4.3.0 Temporary lookup failure"),
        (RECIPIENT, "421 4.7.0 closing"),
        (RECIPIENT, "530 5.7.0 Authentication required"),
        (SENDER, "550 5.1.1 sender unknown"),
        (SENDER, "553 5.1.8 sender address rejected: domain not found"),
        (SENDER, "550 no such user"),
        (CONTENT, "554 5.7.1 message looks like spam"),
        (CONTENT, "554 5.6.0 bad content"),
        (CONTENT, "451 disk full"),
        (CONTENT, "554 transaction failed"),
        (CONTENT, "-1 ???"),
    ],
)
def test_what_is_not_about_the_recipient_is_the_hosts(stage: Stage, reply: str) -> None:
    code, _, text = reply.partition(" ")
    assert fault_of(stage, int(code), text) is Fault.HOST


@pytest.mark.parametrize(
    "reply",
    [
        "452 4.2.2 mailbox full",
        "552 5.2.2 over quota",
        "552 mailbox full",
        "450 mailbox busy",
        "450 4.1.1 unverified recipient",
        "451 4.7.1 Greylisted, come back in five minutes",
        "450 greylisted",
        "550 5.4.1 Recipient address rejected: Access denied",
        "450 4.1.2 domain not found",
    ],
)
def test_a_mailbox_that_takes_nothing_now_is_only_that(reply: str) -> None:
    assert fault_of(RECIPIENT, int(reply[:3]), reply[4:]) is Fault.MAILBOX


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        (SENDER, "552 5.3.4 Message size exceeds fixed limit"),
        (SENDER, "552 too much for us"),
        (CONTENT, "552 5.3.4 too big"),
        (CONTENT, "552 message size exceeds the maximum"),
        (RECIPIENT, "552 5.2.3 too long for this mailbox"),
    ],
)
def test_a_mail_that_is_too_large_is_known_as_such(stage: Stage, reply: str) -> None:
    assert fault_of(stage, int(reply[:3]), reply[4:]) is Fault.SIZE
