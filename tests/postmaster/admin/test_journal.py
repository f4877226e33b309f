"""The journal in `/admin`: found by whatever an operator knows of a mail, and never changed there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from otalink.conf import urls
from otalink.postmaster.intake import Delivery, keep_back, run
from otalink.postmaster.models import JournalEntry
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db
assert urls.urlpatterns  # reading the addresses is what registers the pages
JOURNAL = "/admin/postmaster/journalentry/"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


def _found(operator: Client, **query: str) -> list[str]:
    response = operator.get(JOURNAL, query)
    assert response.status_code == 200
    return [entry.subject for entry in response.context["cl"].result_list]


@pytest.fixture
def two_mails() -> str:
    """The ticket of the first."""
    delivery = Delivery("ann@customer.example", ("sales@desk.example",), source="lmtp")
    number = run(mail(subject="Printer", message_id="first@x.example"), delivery).ticket
    keep_back(mail(subject="Scanner", sender="bob@other.example"), Delivery(source="imap Sales"), "odd")
    return number


@pytest.mark.parametrize(
    "words", ["ann@customer", "sales@desk", "Printer", "first@x.example", "printer ann@customer.example"]
)
def test_a_mail_is_found_by_sender_recipient_subject_or_message_id(
    operator: Client, two_mails: str, words: str
) -> None:
    assert _found(operator, q=words) == ["Printer"]


def test_a_mail_is_found_by_its_ticket(operator: Client, two_mails: str) -> None:
    assert _found(operator, q=two_mails) == ["Printer"]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ({"outcome__exact": "quarantined"}, ["Scanner"]),
        ({"source": "lmtp"}, ["Printer"]),
        ({"received__year": "1999", "received__month": "1", "received__day": "1"}, []),
        ({}, ["Scanner", "Printer"]),
    ],
)
def test_the_list_is_narrowed_by_outcome_source_and_day(
    operator: Client, two_mails: str, query: dict[str, str], subjects: list[str]
) -> None:
    assert _found(operator, **query) == subjects


def test_an_entry_leads_to_its_ticket_or_to_the_mail_in_quarantine(operator: Client, two_mails: str) -> None:
    filed, kept = JournalEntry.objects.order_by("id")
    assert f"/desk/tickets/{two_mails}" in operator.get(f"{JOURNAL}{filed.pk}/change/").content.decode()
    shown = operator.get(f"{JOURNAL}{kept.pk}/change/").content.decode()
    assert f"{JOURNAL}quarantine/{kept.quarantine_id}/" in shown


def test_nobody_changes_or_deletes_an_entry(operator: Client, two_mails: str) -> None:
    entry = JournalEntry.objects.order_by("id")[0]
    assert operator.get(f"{JOURNAL}add/").status_code == 403
    assert operator.post(f"{JOURNAL}{entry.pk}/change/", {"subject": "x"}).status_code == 403
    assert operator.post(f"{JOURNAL}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert JournalEntry.objects.count() == 2


def test_what_a_stranger_wrote_is_shown_as_text(operator: Client) -> None:
    run(mail(subject="<script>alert(1)</script>"))
    page = operator.get(JOURNAL).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_agent_needs_the_permission(client: Client) -> None:
    agent = User.objects.create_user("agent", is_staff=True)
    client.force_login(agent)
    assert client.get(JOURNAL).status_code == 403
    agent.user_permissions.add(Permission.objects.get(codename="view_journalentry"))
    assert client.get(JOURNAL).status_code == 200
