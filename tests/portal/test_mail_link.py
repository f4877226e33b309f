"""A link by mail for whoever asks on the sign-in page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.desk.types import Ticket
from otalink.notifications.models import OutboxMail
from otalink.portal.mail_link import mail_link
from tests.portal.forms import ask
from tests.support import make

pytestmark = pytest.mark.django_db


def run_asked_for() -> None:
    """Do what the worker does with the requests for links."""
    for row in DBTaskResult.objects.filter(task_path="otalink.portal.mail_link.mail_link"):
        mail_link.func(*row.args_kwargs["args"])
        row.delete()


def test_it_mails_a_link_to_the_ticket_that_changed_last(client: Client, ticket: Ticket) -> None:
    newest = make.ticket()
    ask(client, f" {make.ANN.upper()} ")
    run_asked_for()
    assert OutboxMail.objects.get().ticket_number == newest.number


def test_it_mails_a_link_to_the_ticket_asked_for(client: Client, ticket: Ticket) -> None:
    make.ticket()
    ask(client, make.ANN, ticket.number)
    run_asked_for()
    assert OutboxMail.objects.get().ticket_number == ticket.number


def test_it_mails_no_link_to_a_ticket_of_somebody_else_or_whose_access_ended(client: Client, ticket: Ticket) -> None:
    bobs = make.ticket("bob@customer.example")
    make.close(ticket.number, timezone.now() - timedelta(days=15))
    ask(client, make.ANN, bobs.number)
    run_asked_for()
    assert not OutboxMail.objects.exists()
