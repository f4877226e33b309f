"""`NewTicketReject`: refused politely, once in a while, and never to a robot."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otalink.customers.models import CustomerUserRecord
from otalink.minidesk.models import Ticket
from otalink.notifications import undeliverable
from otalink.notifications.deliver import deliver
from otalink.notifications.models import AutoReplyContent, MailState, OutboxMail
from otalink.notifications.transport.mailer import TemporaryFailure
from otalink.postmaster.intake import Delivery, Outcome, run
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail, proven, trust
from tests.postmaster.filters.support import use
from tests.support.mail_server import breaking_server, mail_server

pytestmark = pytest.mark.django_db
SENDER = "no-reply@desk.example"


def test_a_new_mail_is_not_filed_and_makes_nobody_and_its_sender_is_told(settings: Settings) -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    result = run(mail(subject="Printer", message_id="m@customer.example"))
    assert (result.outcome, result.ticket) == (Outcome.AUTO_REPLIED, "")
    assert not Ticket.objects.exists()
    assert not CustomerUserRecord.objects.exists()
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        assert deliver.func(OutboxMail.objects.get().pk) == MailState.SENT
        assert deliver.func(OutboxMail.objects.get().pk) == "not queued"
    (answer,) = server.messages
    assert (server.senders, server.recipients) == (["<>"], ["ann@customer.example"])
    assert (answer["From"], answer["To"]) == (SENDER, "ann@customer.example")
    assert answer["Subject"] == "Your message was not accepted"
    assert answer["In-Reply-To"] == answer["References"] == "<m@customer.example>"
    assert (answer["Auto-Submitted"], answer["X-OTOBO-Loop"]) == ("auto-replied", "yes")
    assert "no new requests" in answer.get_content().replace("\n", " ")


def test_the_answer_speaks_the_mails_language_and_says_what_the_operator_wrote() -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER, Subject={"en": "No", "de": "Nein"}, Body={"en": "N", "de": "D"})
    run(mail("Hallo", "Content-Language: de"))
    answer = AutoReplyContent.objects.get()
    assert (answer.subject, answer.text) == ("Nein", "D")


def test_a_proven_sender_reads_the_subject_of_their_own() -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    trust()
    run(mail("Hello", proven()))
    assert AutoReplyContent.objects.get().subject == "Your message was not accepted: Printer"


def test_follow_ups_and_mails_that_do_not_match_are_filed() -> None:
    number = run(mail()).ticket
    use("400-Reject", "NewTicketReject", Sender=SENDER, Match={"To": r"old@desk\.example"})
    assert run(mail(subject="Other")).outcome is Outcome.NEW_TICKET
    assert run(mail("Hello", "To: old@desk.example", subject=f"[Ticket#{number}]")).outcome is Outcome.FOLLOW_UP


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "List-Id: <l.example>", "X-OTOBO-Loop: yes"])
def test_a_robot_gets_no_answer(header: str) -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    assert run(mail("Hello", header)).outcome is Outcome.IGNORED
    assert run(mail("Bounced"), Delivery("", ())).outcome is Outcome.IGNORED
    assert run(mail(sender=None)).outcome is Outcome.IGNORED
    assert not OutboxMail.objects.exists()


def test_an_address_gets_few_answers_a_day_whatever_its_tag() -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER, AutoRepliesPerDay=2)
    trust()
    outcomes = [run(mail("Hello", proven(), sender=f"ann+{n}@customer.example")).outcome for n in range(4)]
    assert outcomes == [Outcome.AUTO_REPLIED, Outcome.AUTO_REPLIED, Outcome.IGNORED, Outcome.IGNORED]
    assert run(mail(sender="bob@customer.example")).outcome is Outcome.AUTO_REPLIED
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert run(mail(subject="Tomorrow")).outcome is Outcome.AUTO_REPLIED


def test_the_same_mail_again_is_answered_once() -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    raw = mail()
    assert [run(raw).outcome, run(raw).outcome] == [Outcome.AUTO_REPLIED, Outcome.DUPLICATE]
    assert OutboxMail.objects.count() == 1


def test_an_answer_that_cannot_be_sent_is_tried_for_a_day(settings: Settings) -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    run(mail())
    answer = OutboxMail.objects.get()
    with breaking_server("DATA") as settings.OTALINK_MAIL_URL:
        with pytest.raises(TemporaryFailure):
            deliver.func(answer.pk)
        assert OutboxMail.objects.get().state == MailState.QUEUED
        with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
            assert deliver.func(answer.pk) == MailState.FAILED


def test_an_answer_that_is_refused_for_good_or_has_nowhere_to_go_is_not_tried_again(settings: Settings) -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    run(mail())
    run(mail(sender="bob@customer.example"))
    undeliverable.mark("bob@customer.example", "gone")
    with mail_server() as server:
        server.to_recipient = "550 5.1.1 nobody here"
        settings.OTALINK_MAIL_URL = server.url
        states = [deliver.func(answer.pk) for answer in OutboxMail.objects.order_by("pk")]
    assert states == [MailState.FAILED, MailState.DROPPED]


def test_without_an_address_to_answer_from_it_is_not_set() -> None:
    with pytest.raises(InvalidValue, match="Sender"):
        use("400-Reject", "NewTicketReject")


def test_an_address_outside_ascii_sends_no_answers() -> None:
    with pytest.raises(InvalidValue, match="Sender"):
        use("400-Reject", "NewTicketReject", Sender="b\u00fcro@desk.example")


def test_answers_stand_in_the_admin_to_read_only(client: Client) -> None:
    use("400-Reject", "NewTicketReject", Sender=SENDER)
    run(mail())
    client.force_login(User.objects.create_superuser("operator"))
    where, answer = "/admin/notifications/outboxmail/", OutboxMail.objects.get()
    assert "ann@customer.example" in client.get(where, {"q": "ann"}).content.decode()
    assert client.get(f"{where}add/").status_code == 403
    assert client.post(f"{where}{answer.pk}/change/", {"text": "x"}).status_code == 403
    assert client.post(f"{where}{answer.pk}/delete/", {"post": "yes"}).status_code == 403
