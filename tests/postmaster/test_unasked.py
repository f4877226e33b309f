"""Mail that nobody asked for: one a day to a mailbox, whatever forged mail there is, and nothing is lost by that."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.types import SenderType
from otalink.limits import rate_limits
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import History, Ticket
from otalink.notifications import outbox
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import AutoReplyContent, MailState, OutboxMail
from otalink.notifications.refresh import request_refresh
from otalink.postmaster.intake import Outcome, Result, run
from otalink.tokens import issue, redeem
from tests.postmaster.builders import mail, proven, trust
from tests.postmaster.filters.support import use
from tests.support import make
from tests.support.mail_server import mail_server
from tests.support.together import together

pytestmark = pytest.mark.django_db


def write(*senders: str) -> list[Result]:
    return [run(mail(subject=f"Number {n}", sender=sender)) for n, sender in enumerate(senders)]


def answered(results: list[Result]) -> list[str]:
    """Which of these tickets are answered."""
    feed()
    numbers = [result.ticket for result in results]
    mails = OutboxMail.objects.filter(event="TicketCreated", ticket_number__in=numbers)
    return [number for number in numbers if mails.filter(ticket_number=number).exists()]


@pytest.mark.parametrize(
    "senders",
    [
        [make.ANN] * 5,
        [f"ann+{n}@customer.example" for n in range(5)],
        ["ann.lee@gmail.com", "annlee@gmail.com", "a.nn.lee+x@googlemail.com", "ANNLEE@GMAIL.COM"],
    ],
)
def test_a_mailbox_is_answered_once_a_day_and_every_mail_is_a_ticket(senders: list[str]) -> None:
    results = write(*senders)
    assert answered(results) == [results[0].ticket]
    assert Ticket.objects.count() == len(senders)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert len(answered(write(senders[0], senders[-1]))) == 1


def test_a_known_customer_user_is_protected_like_anybody() -> None:
    make.customer()
    DatabaseBackend("CustomerUser").set_password(make.ANN, "a good long password")
    assert len(answered(write(*[make.ANN] * 6))) == 1


def test_an_answer_that_is_withheld_stands_on_the_ticket_and_in_the_journal() -> None:
    second = write(make.ANN, make.ANN)[1]
    assert second.outcome is Outcome.NEW_TICKET
    assert second.reason == "not answered: one mail a day that nobody proved to have asked for"
    entry = History.objects.get(ticket__number=second.ticket, type="AnswerWithheld")
    assert entry.text == "one mail a day that nobody proved to have asked for"
    assert not entry.notify


def test_proven_mail_is_answered_whatever_was_forged_before() -> None:
    trust()
    write(*[make.ANN] * 3)
    results = [run(mail("Hello", proven(), subject=f"Mine {n}")) for n in range(3)]
    assert len(answered(results)) == 3


def test_whoever_opened_the_link_of_the_last_answer_asked_for_the_next() -> None:
    first = run(mail()).ticket
    with time_machine.travel(timezone.now() + timedelta(minutes=5)) as clock:
        redeem.redeem(issue.issue(first, make.ANN).url.rpartition("/")[2])
        clock.shift(60)
        assert len(answered(write(make.ANN, make.ANN))) == 1


def test_an_agents_answer_reaches_whoever_got_no_other() -> None:
    second = write(make.ANN, make.ANN)[1].ticket
    MiniDesk().add_agent_reply(second, make.draft("Hello.", sender_type=SenderType.AGENT))
    feed()
    assert OutboxMail.objects.filter(ticket_number=second, event="AgentReplied").exists()


def test_refusals_and_answers_count_together() -> None:
    write(make.ANN)
    use("400-Reject", "NewTicketReject", Sender="no-reply@desk.example", Match={"Subject": "Refuse"})
    refused = run(mail(subject="Refuse me"))
    assert refused.outcome is Outcome.IGNORED
    assert refused.reason.startswith("no new ticket wanted; not answered: one mail a day")
    other = [run(mail(subject="Refuse me", sender="bob@customer.example")) for _ in range(2)]
    assert [result.outcome for result in other] == [Outcome.AUTO_REPLIED, Outcome.IGNORED]
    assert answered(write("bob@customer.example")) == []


def test_there_are_only_so_many_refusals_of_a_domain_an_hour() -> None:
    use("400-Reject", "NewTicketReject", Sender="no-reply@desk.example")
    most = rate_limits.UNASKED_REFUSALS_PER_DOMAIN.count
    for n in range(most + 3):
        run(mail(sender=f"person{n}@company.example"))
    assert AutoReplyContent.objects.count() == most
    assert run(mail(sender="person@other.example")).outcome is Outcome.AUTO_REPLIED


def test_robots_and_whoever_waits_for_an_agent_use_up_nothing() -> None:
    run(mail("I am away.", "Auto-Submitted: auto-replied"))
    run(mail("Win!", "X-Spam-Flag: YES"))
    assert len(answered(write(make.ANN))) == 1


def test_an_agents_answer_that_lets_somebody_in_on_many_tickets_sends_one_mail_for_the_others() -> None:
    spam = [run(mail(f"Win {n}", "X-Spam-Flag: YES")).ticket for n in range(6)]
    MiniDesk().add_agent_reply(spam[0], make.draft("Hello.", sender_type=SenderType.AGENT))
    with mail_server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.OTALINK_MAIL_URL", server.url)
        feed()
        feed()
        for pk in OutboxMail.objects.order_by("pk").values_list("pk", flat=True):
            deliver.call(pk)
    assert len(server.messages) == 2
    assert History.objects.filter(type="AnswerWithheld", ticket__number__in=spam).count() == 4


def test_the_sign_in_page_mails_an_unproven_address_one_link_a_day() -> None:
    numbers = [result.ticket for result in write(make.ANN, make.ANN)]
    assert request_refresh(numbers[0], make.ANN)
    OutboxMail.objects.update(state=MailState.SENT, pending_key=None)
    assert not request_refresh(numbers[1], make.ANN)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert request_refresh(numbers[1], make.ANN)


def test_answers_that_nobody_asked_for_wait_while_there_is_other_mail() -> None:
    trust()
    unasked = write("bob@customer.example")[0].ticket
    asked = run(mail("Hello", proven())).ticket
    MiniDesk().add_agent_reply(asked, make.draft("Hello.", sender_type=SenderType.AGENT))
    feed()
    tasks = DBTaskResult.objects.ready()
    in_order = [OutboxMail.objects.get(pk=task.args_kwargs["args"][0]).ticket_number for task in tasks]
    assert in_order == [asked, asked, unasked]
    assert [task.priority for task in tasks] == [0, 0, outbox.UNASKED]


@pytest.mark.django_db(transaction=True)
def test_mails_that_come_at_the_very_same_moment_bring_one_answer() -> None:
    make.customer()
    raws = [mail(subject=f"Number {n}") for n in range(8)]
    results = together(8, lambda n: run(raws[n]))
    assert {result.outcome for result in results} == {Outcome.NEW_TICKET}
    assert len(answered(results)) == 1
