"""`otalink outbox list|retry|drop`."""

from __future__ import annotations

import pytest

from otalink.notifications import auto_replies
from otalink.notifications.auto_replies import AutoReply
from otalink.notifications.models import MailState, OutboxMail
from tests.notifications.results.mails import mail
from tests.support.command import Terminal
from tests.support.make import ANN


@pytest.fixture
def otalink(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, db: None) -> Terminal:
    return Terminal(capsys, monkeypatch)


def test_every_mail_is_listed_as_promised(otalink: Terminal, number: str) -> None:
    failed = mail(number, MailState.FAILED)
    (listed,) = otalink.json("outbox", "list")
    assert listed == {
        "id": failed.pk,
        "to": ANN,
        "ticket": number,
        "state": "failed",
        "reason": "the address does not exist or takes no mail (550 5.1.1 no such user)",
        "attempts": 1,
    }


def test_mail_that_has_no_reader_yet_goes_to_the_ticket_s_customer_and_auto_replies_to_whom_they_answer(
    otalink: Terminal, number: str
) -> None:
    mail(number, MailState.QUEUED, login="")
    auto_replies.queue(AutoReply("bob@x.example", "support@localhost", "Refused", "No.", "refused"))
    listed = otalink.json("outbox", "list")
    assert {(each["to"], each["ticket"]) for each in listed} == {(ANN, number), ("bob@x.example", "")}


def test_what_waits_or_did_not_arrive_comes_first(otalink: Terminal, number: str) -> None:
    failed, waiting = mail(number, MailState.FAILED), mail(number, MailState.QUEUED)
    sent = [mail(number).pk for _ in range(3)]
    assert [each["id"] for each in otalink.json("outbox", "list")] == [waiting.pk, failed.pk, *reversed(sent)]
    assert [each["id"] for each in otalink.json("outbox", "list", "--limit", "1")] == [waiting.pk]
    assert [each["id"] for each in otalink.json("outbox", "list", "--state", "failed")] == [failed.pk]


def test_a_mail_that_did_not_arrive_is_sent_again(otalink: Terminal, number: str) -> None:
    failed = mail(number, MailState.FAILED)
    again = otalink.json("outbox", "retry", str(failed.pk))
    assert (again["state"], again["to"]) == ("queued", ANN)
    assert [each["id"] for each in otalink.json("outbox", "list")] == [again["id"]]


def test_all_that_did_not_arrive_is_sent_again(otalink: Terminal, number: str) -> None:
    for _ in range(3):
        mail(number, MailState.FAILED)
    mail(number)
    assert len(otalink.json("outbox", "retry", "all")) == 3
    assert OutboxMail.objects.filter(state=MailState.QUEUED).count() == 3


def test_a_mail_that_nobody_needs_is_dropped(otalink: Terminal, number: str) -> None:
    waiting = mail(number, MailState.QUEUED)
    assert otalink.json("outbox", "drop", str(waiting.pk)) == {"id": waiting.pk, "dropped": True}
    assert OutboxMail.objects.get().state == MailState.DROPPED


@pytest.mark.parametrize("word", ["retry", "drop"])
def test_what_cannot_be_done_is_said_in_a_line(otalink: Terminal, number: str, word: str) -> None:
    assert "no outgoing mail '99999'" in otalink.refused("outbox", word, "99999")
    assert "no outgoing mail 'x'" in otalink.refused("outbox", word, "x")
    assert "was sent" in otalink.refused("outbox", word, str(mail(number).pk))
