"""Mail of another system: kept before it is answered for, passed on once to each, and told of where it fails."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.common.retry import NOTIFICATIONS
from otalink.notifications import outbox
from otalink.notifications.deliver import deliver
from otalink.notifications.models import PASSED_ON, MailState, OutboxMail, PassedOnContent
from otalink.notifications.passed_on import copies as passed_on
from otalink.notifications.results import commands, resend, status
from otalink.notifications.transport.mailer import TemporaryFailure
from tests.support.mail_server import MailServer

pytestmark = pytest.mark.django_db
SENDER, ANN, BOB = "desk@desk.example", "ann@customer.example", "bob@customer.example"
RAW = (
    b"Message-ID: <1795552137.129193.412939641@desk.example>\r\nFrom: Desk <desk@desk.example>\r\n"
    b"To: ann@customer.example\r\nSubject: =?UTF-8?Q?Re:_[Ticket#1]_f=C3=BCr_Sie?=\r\n\r\nHello\r\n.\r\n"
)


@pytest.fixture(autouse=True)
def _data(data_folder: Path, db: None) -> None: ...


def queued(*recipients: str, sender: str = SENDER, raw: bytes = RAW) -> list[OutboxMail]:
    outbox.pass_on(raw, sender, recipients or (ANN,))
    return list(OutboxMail.objects.filter(event=PASSED_ON, state=MailState.QUEUED).order_by("pk"))


def files(folder: Path) -> list[str]:
    return [path.name for path in (folder / "passed-on").iterdir()]


def age(folder: Path) -> None:
    for path in (folder / "passed-on").iterdir():
        old = time.time() - 7_200
        os.utime(path, (old, old))


def reports() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(event=PASSED_ON, passed_on__sender=""))


def test_each_recipient_gets_a_copy_with_the_envelope_it_came_with(server: MailServer) -> None:
    for mail in queued(ANN, BOB):
        assert deliver.call(mail.pk) == MailState.SENT
    assert sorted(server.recipients) == [ANN, BOB]
    assert server.senders == [SENDER, SENDER]
    assert server.messages[0]["Message-ID"] == "<1795552137.129193.412939641@desk.example>"
    assert server.messages[0].get_content().replace("\r", "") == "Hello\n.\n"


def test_the_null_sender_stays_one(server: MailServer) -> None:
    deliver.call(queued(sender="")[0].pk)
    assert server.senders in ([""], ["<>"], [None])


def test_what_is_handed_over_twice_is_passed_on_once() -> None:
    assert outbox.pass_on(RAW, SENDER, [ANN]) == 1
    assert outbox.pass_on(RAW, SENDER, [ANN]) == 0
    assert outbox.pass_on(RAW, SENDER, [ANN, BOB]) == 1
    assert OutboxMail.objects.count() == 2


def test_two_addresses_that_differ_in_an_accent_are_two() -> None:
    assert outbox.pass_on(RAW, SENDER, ["jorg@x.example", "jörg@x.example", "JORG@x.example"]) == 3


def test_it_is_on_the_disk_for_our_own_account_alone(data_folder: Path) -> None:
    queued()
    (path,) = (data_folder / "passed-on").iterdir()
    assert path.read_bytes() == RAW
    assert path.stat().st_mode & 0o077 == 0


def test_it_waits_while_the_mail_host_refuses_and_arrives_once_it_does_not(server: MailServer) -> None:
    (mail,) = queued()
    server.to_content = "451 4.3.0 not now"
    with pytest.raises(TemporaryFailure):
        deliver.call(mail.pk)
    assert not reports()
    server.to_content = ""
    assert deliver.call(mail.pk) == MailState.SENT


@pytest.mark.parametrize("recipient", [ANN, "no address", "a@b@c", "<x", "ann@" + "x" * 400])
def test_whoever_wrote_it_is_told_what_did_not_arrive(server: MailServer, recipient: str) -> None:
    (mail,) = queued(recipient)
    server.to_recipient = "550 5.1.1 no such user"
    assert deliver.call(mail.pk) == MailState.FAILED
    server.to_recipient = ""
    (report,) = reports()
    assert deliver.call(report.pk) == MailState.SENT
    assert (server.recipients, server.senders[0] in ("", "<>", None)) == ([SENDER], True)
    _is_report(server.messages[0], recipient)


def _is_report(message: EmailMessage, recipient: str) -> None:
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert "[Ticket#1] für Sie" in message["Subject"]
    assert message["In-Reply-To"] == "<1795552137.129193.412939641@desk.example>"
    assert message["Auto-Submitted"] == "auto-replied"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "message/delivery-status", "text/rfc822-headers"]
    told = message.as_bytes()
    assert b"Action: failed" in told
    assert b"Message-ID: <1795552137.129193.412939641@desk.example>" in told
    assert b"Hello" not in told
    assert recipient[:60].encode() in told.replace(b"=\n", b"").replace(b"=\r\n", b"")


def test_our_own_intake_understands_the_report(server: MailServer) -> None:
    from otalink.mail.incoming import parse
    from otalink.mail.refusals import Cause
    from otalink.postmaster.filters import returned_mail

    server.to_recipient = "550 5.1.1 no such user"
    deliver.call(queued()[0].pk)
    report = parse(passed_on.read(reports()[0].passed_on))
    failure = returned_mail.failure(report)
    assert failure
    assert failure.cause is Cause.ADDRESS
    assert "1795552137.129193.412939641@desk.example" in returned_mail.ids(report)


def test_nobody_is_told_of_mail_that_must_not_come_back(server: MailServer) -> None:
    server.to_recipient = "550 5.1.1 no such user"
    assert deliver.call(queued(sender="")[0].pk) == MailState.FAILED
    assert OutboxMail.objects.count() == 1


def test_mail_too_large_for_the_host_comes_back_at_once(server: MailServer) -> None:
    server.largest = 10
    assert deliver.call(queued()[0].pk) == MailState.FAILED
    assert len(reports()) == 1


def test_what_is_given_up_after_days_comes_back(server: MailServer) -> None:
    (mail,) = queued()
    server.to_recipient = "450 greylisted"
    with time_machine.travel(timezone.now() + NOTIFICATIONS.give_up_after + timedelta(hours=1)):
        assert deliver.call(mail.pk) == MailState.FAILED
    assert len(reports()) == 1


def test_an_operator_sees_it_and_sends_it_again(server: MailServer) -> None:
    server.to_recipient = "550 5.1.1 no such user"
    (mail,) = queued()
    deliver.call(mail.pk)
    shown = commands.list_all(10, (MailState.FAILED,))
    assert [(line["id"], line["to"], line["state"]) for line in shown] == [(mail.pk, ANN, "failed")]
    server.to_recipient = ""
    mail.refresh_from_db()
    again = resend.send_again(mail)
    assert deliver.call(again.pk) == MailState.SENT
    assert server.recipients == [ANN]
    assert commands.list_all(10, (MailState.SENT,))[0]["to"] == ANN


def test_it_is_none_of_the_mails_that_a_page_shows_for_a_ticket(server: MailServer) -> None:
    queued()
    OutboxMail.objects.update(ticket_number="1")
    assert status.of_ticket("1") == []


def test_files_go_once_their_mail_was_sent_and_stay_while_it_may_be_sent_again(
    server: MailServer, data_folder: Path
) -> None:
    (sent,) = queued()
    server.to_recipient = ""
    deliver.call(sent.pk)
    waiting = queued(raw=RAW + b"second\r\n")
    passed_on.prune()
    assert len(files(data_folder)) == 2
    age(data_folder)
    passed_on.prune()
    (left,) = files(data_folder)
    assert PassedOnContent.objects.get(mail=waiting[-1]).digest == left


def test_a_failed_mail_can_be_sent_again_for_two_weeks(server: MailServer, data_folder: Path) -> None:
    server.to_recipient = "550 5.1.1 no such user"
    deliver.call(queued(sender="")[0].pk)
    age(data_folder)
    passed_on.prune()
    assert len(files(data_folder)) == 1
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        passed_on.prune()
    assert files(data_folder) == []


def test_a_mail_whose_file_is_gone_is_not_tried_for_ever(server: MailServer, data_folder: Path) -> None:
    (mail,) = queued()
    for path in (data_folder / "passed-on").iterdir():
        path.unlink()
    assert deliver.call(mail.pk) == MailState.FAILED
    assert len(reports()) == 1


def test_what_is_known_of_old_mail_is_thrown_out_but_not_what_waits(server: MailServer) -> None:
    sent, waiting = queued(ANN, BOB)
    deliver.call(sent.pk)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        passed_on.prune()
    assert list(OutboxMail.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_who_writes_the_copies_is_named_by_the_settings(server: MailServer, settings: Settings) -> None:
    settings.OTALINK_COPIES = "tests.notifications.passed_on.test_copies.loud"
    deliver.call(queued()[0].pk)
    assert server.messages[0].get_content().replace("\r", "") == "HELLO\n.\n"


def loud(raw: bytes, content: PassedOnContent) -> passed_on.Copy:
    return passed_on.Copy(lambda _: raw.replace(b"Hello", b"HELLO"))
