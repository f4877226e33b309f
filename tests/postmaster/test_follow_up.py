"""Which ticket a mail continues, and what somebody else's mail may do there."""

from __future__ import annotations

import pytest
from django.db import transaction

from otalink.minidesk import changes
from otalink.minidesk.models import Article, History, Ticket
from otalink.notifications import outbox
from otalink.notifications.models import NotificationEvent
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail, multipart, part
from tests.postmaster.proofs import answering
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def number() -> str:
    return run(mail(message_id="first@customer.example")).ticket


@pytest.mark.parametrize("tag", ["[Ticket#{}] Printer", "AW: Re: [Ticket#{}]", "printer (TICKET#{})", "Ticket#: {}"])
def test_a_tag_in_the_subject_finds_the_ticket(tag: str, number: str) -> None:
    result = run(mail("It still burns.", subject=tag.format(number)))
    assert (result.outcome, result.ticket, result.customer_user) == (Outcome.FOLLOW_UP, number, make.ANN)
    assert Article.objects.filter(ticket__number=number).count() == 2


@pytest.mark.parametrize("subject", ["[Ticket#{}0]", "[Ticket#2020010110000001]", "Ticket {}", "#{}"])
def test_another_number_or_a_number_without_tag_opens_a_ticket(subject: str, number: str) -> None:
    assert run(mail(subject=subject.format(number))).outcome is Outcome.NEW_TICKET


@pytest.mark.parametrize(
    "header", ["In-Reply-To: <first@customer.example>", "References: <x@y> <first@customer.example>"]
)
def test_the_mail_it_answers_finds_the_ticket(header: str, number: str) -> None:
    assert run(mail("More", header, subject="Something else")).ticket == number


def test_the_nearest_of_many_references_decides(number: str) -> None:
    other = run(mail(message_id="second@customer.example")).ticket
    references = " ".join(f"<{n}@old.example>" for n in range(200))
    header = f"References: <first@customer.example> {references} <second@customer.example>"
    assert run(mail("More", header)).ticket == other


def test_an_answer_to_a_mail_of_ours_finds_the_ticket(number: str) -> None:
    sent = outbox.draft(NotificationEvent.TICKET_CREATED, number, customer_login=make.ANN)
    with transaction.atomic():
        outbox.queue([sent])
    assert run(mail("Thanks", f"In-Reply-To: <{sent.message_id}>")).ticket == number


def test_a_bounce_of_a_mail_of_ours_finds_the_ticket_and_stays_hidden(number: str) -> None:
    sent = outbox.draft(NotificationEvent.TICKET_CREATED, number, customer_login=make.ANN)
    with transaction.atomic():
        outbox.queue([sent])
    status = part(b"Action: failed", "message/delivery-status")
    about = part(f"Subject: x\r\nMessage-ID: <{sent.message_id}>\r\n".encode(), "text/rfc822-headers")
    raw = multipart("report; report-type=delivery-status", part(b"failed"), status, about)
    result = run(raw.replace(b"Ann Lee <ann@customer.example>", b"MAILER-DAEMON@mx.example"))
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, number)
    assert not Article.objects.order_by("-id")[0].visible_for_customer


def test_a_closed_ticket_opens_again_when_its_customer_writes(number: str) -> None:
    changes.set_state(changes.find(number), "closed successful")
    run(mail("Again", answering(number)))
    assert Ticket.objects.get().state == "open"


def test_an_automatic_answer_does_not_open_a_closed_ticket_and_is_not_answered(number: str) -> None:
    changes.set_state(changes.find(number), "closed successful")
    run(mail("I am away.", "Auto-Submitted: auto-replied", answering(number)))
    assert Ticket.objects.get().state == "closed successful"
    assert not History.objects.get(type="FollowUp").notify


def test_what_somebody_else_writes_is_hidden_from_the_customer(number: str) -> None:
    changes.set_state(changes.find(number), "closed successful")
    result = run(mail("Let me in.", sender="Ann Lee <mallory@x.example>", subject=f"[Ticket#{number}]"))
    article = Article.objects.get(text="Let me in.")
    assert (result.outcome, article.visible_for_customer) == (Outcome.FOLLOW_UP, False)
    assert Ticket.objects.get().state == "closed successful"
    assert Ticket.objects.get().customer_login == make.ANN


def test_directives_of_a_follow_up_move_nothing(number: str) -> None:
    lines = ("X-OTOBO-CustomerUser: bob@x.example", "X-OTOBO-Title: Other", "X-OTOBO-State: removed")
    run(mail("More", *lines, subject=f"[Ticket#{number}]"), Delivery(trusted=True))
    ticket = Ticket.objects.get()
    assert (ticket.customer_login, ticket.title, ticket.state) == (make.ANN, "Printer", "new")
