"""What agents see of the mails about a ticket, and what they do about one that did not arrive."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from otalink.desk.types import Ticket
from otalink.notifications import undeliverable
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from tests.desk_pages.conftest import page_of
from tests.notifications.results.mails import answer, mail
from tests.support import make
from tests.support.make import ANN

pytestmark = pytest.mark.django_db


def shown(browser: Client, number: str) -> list[str]:
    """The lines about mails, as one reads them."""
    found = re.findall(r'<li id="mail-\d+"[^>]*>\s*<span>(.*?)</span>', page_of(browser, number), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found]


@pytest.mark.parametrize(
    ("state", "values", "line"),
    [
        (MailState.QUEUED, {}, f"Mail to {ANN}: queued"),
        (MailState.QUEUED, {"last_error": "451 later"}, f"Mail to {ANN}: queued, because 451 later"),
        (MailState.SENT, {}, f"Mail to {ANN}: sent"),
        (MailState.SENT, {"opened_at": timezone.now()}, f"Mail to {ANN}: opened"),
        (
            MailState.RETURNED,
            {"last_error": "the mailbox is full"},
            f"Not delivered to {ANN}, because the mailbox is full",
        ),
        (MailState.FAILED, {}, f"Not delivered to {ANN}, because the address does not exist or takes no mail (550"),
        (MailState.DROPPED, {"undelivered_since": None, "last_error": ""}, f"Mail to {ANN}: not sent"),
    ],
)
def test_every_answer_shows_on_its_article_how_far_its_mail_came(
    agent: Client, ticket: Ticket, state: MailState, values: dict[str, Any], line: str
) -> None:
    mail(ticket.number, state, article_id=answer(ticket.number), **values)
    page = page_of(agent, ticket.number).replace("&#x27;", "'")
    (article,) = (part for part in page.split("<article") if "Pull the plug." in part)
    assert shown(agent, ticket.number)[0].startswith(line)
    assert "mail-" in article
    assert ("Send again" in article) == line.startswith("Not delivered")


def test_each_reader_of_an_answer_has_a_line_of_their_own(agent: Client, ticket: Ticket) -> None:
    article_id = answer(ticket.number)
    mail(ticket.number, article_id=article_id)
    mail(ticket.number, MailState.FAILED, article_id=article_id, login="bob@customer.example")
    first, second = shown(agent, ticket.number)
    assert first.startswith(f"Mail to {ANN}: sent")
    assert second.startswith("Not delivered to bob@customer.example")


def test_a_link_that_was_asked_for_is_no_part_of_a_message(agent: Client, ticket: Ticket) -> None:
    mail(ticket.number, event=NotificationEvent.LINK_REFRESHED)
    page = page_of(agent, ticket.number)
    assert "Links by mail" in page
    assert "mail-" not in page.partition('<aside aria-label="About this ticket"')[0]


def test_an_agent_sends_it_again_however_often_they_press(agent: Client, ticket: Ticket) -> None:
    undeliverable.mark(ANN, "no such user")
    failed = mail(ticket.number, MailState.FAILED, article_id=answer(ticket.number))
    for _ in range(2):
        response = agent.post(f"/desk/tickets/{ticket.number}/mails/{failed.pk}/again")
        assert response.status_code == 302
    again = OutboxMail.objects.get(resend_of=failed)
    assert again.state == MailState.QUEUED
    assert undeliverable.why(ANN) == ""
    (line,) = shown(agent, ticket.number)
    assert line.startswith(f"Mail to {ANN}: queued")


def test_an_agent_leaves_it_at_that(agent: Client, ticket: Ticket) -> None:
    failed = mail(ticket.number, MailState.FAILED)
    assert ticket.number in agent.get("/desk/?state=not-delivered").content.decode()
    agent.post(f"/desk/tickets/{ticket.number}/mails/{failed.pk}/drop")
    assert "There is no ticket here" in agent.get("/desk/?state=not-delivered").content.decode()
    (line,) = shown(agent, ticket.number)
    assert line.startswith(f"Mail to {ANN}: not sent")


def test_the_list_shows_tickets_with_mail_that_was_not_delivered(agent: Client, ticket: Ticket) -> None:
    other = make.ticket()
    mail(other.number)
    mail(ticket.number, MailState.FAILED)
    page = agent.get("/desk/?state=not-delivered").content.decode()
    assert ticket.number in page
    assert other.number not in page


@pytest.mark.parametrize("what", ["again", "drop"])
def test_a_mail_of_another_ticket_or_a_look_changes_nothing(agent: Client, ticket: Ticket, what: str) -> None:
    failed = mail(ticket.number, MailState.FAILED)
    other = make.ticket()
    assert agent.post(f"/desk/tickets/{other.number}/mails/{failed.pk}/{what}").status_code == 404
    assert agent.post(f"/desk/tickets/{ticket.number}/mails/999999/{what}").status_code == 404
    assert agent.get(f"/desk/tickets/{ticket.number}/mails/{failed.pk}/{what}").status_code == 405
    assert list(OutboxMail.objects.values_list("state", flat=True)) == ["failed"]


def test_only_agents_send_again(client: Client, ticket: Ticket) -> None:
    failed = mail(ticket.number, MailState.FAILED)
    address = f"/desk/tickets/{ticket.number}/mails/{failed.pk}/again"
    assert client.post(address)["Location"].startswith("/desk/sign-in")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.create_user("sam", is_staff=True))
    assert strict.post(address).status_code == 403
    assert OutboxMail.objects.count() == 1
