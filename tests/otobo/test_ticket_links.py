"""Links to tickets by id, as OTOBO writes them: they lead to the ticket, and tell strangers nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.test import Client, override_settings
from django.urls import include, path
from pytest_django import Settings

from otalink.desk import current
from otalink.otobo import connection
from otalink.tokens import issue
from tests.otobo import beside
from tests.otobo.fake import mails
from tests.otobo.fake.core import Filed, Otobo
from tests.support import make

pytestmark = pytest.mark.django_db
# As an installation beside an OTOBO has them.
urlpatterns = [path("", include("otalink.otobo.urls")), path("", include("otalink.conf.urls"))]
_MAIL = b"From: ann@customer.example\nTo: otobo@localhost\nSubject: Printer\nMessage-ID: <1@c.example>\n\nFire\n"


@pytest.fixture
def ticket(otobo: Otobo, reader_url: str, settings: Settings, db: None) -> Iterator[Filed]:
    """A ticket of Ann's in an OTOBO that is our desk."""
    before = configured.OTALINK_DESK
    beside.configure(settings, reader_url)
    beside.select_desk()
    make.customer()
    with override_settings(ROOT_URLCONF=__name__):
        yield mails.new_ticket(otobo, _MAIL)
    connection.close()
    current.select(before)


def by_id(ticket_id: object, separator: str = ";") -> str:
    return f"/otobo/customer.pl?Action=CustomerTicketZoom{separator}TicketID={ticket_id}"


def signed_in(ticket: Filed) -> Client:
    client = Client()
    assert client.post("/l/" + issue.issue(ticket.number, make.ANN).url.rpartition("/")[2]).status_code == 303
    return client


def test_whoever_is_signed_in_gets_to_the_ticket(ticket: Filed) -> None:
    client = signed_in(ticket)
    for separator in ";&":
        response = client.get(by_id(ticket.id, separator))
        assert (response.status_code, response["Location"]) == (303, f"/tickets/{ticket.number}")
        assert response["Cache-Control"] == "no-store"


def test_to_a_stranger_all_ids_are_the_same(ticket: Filed) -> None:
    answers = {Client().get(by_id(ticket_id))["Location"] for ticket_id in (ticket.id, 999_999, "1'", "9" * 400)}
    assert answers == {"/sign-in"}


def test_a_ticket_of_somebody_else_leads_to_one_s_own(otobo: Otobo, ticket: Filed) -> None:
    other = mails.new_ticket(otobo, _MAIL.replace(b"ann@", b"bob@").replace(b"<1@", b"<2@"))
    client = signed_in(ticket)
    assert client.get(by_id(other.id))["Location"] == "/tickets/"
    assert client.get(by_id(999_999))["Location"] == "/tickets/"


def test_numbers_and_tokens_lead_where_they_always_did(ticket: Filed) -> None:
    path = f"/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={ticket.number};TicketID=7"
    assert Client().get(path)["Location"] == f"/tickets/{ticket.number}"
    assert Client().get(f"{path};OTAToken={'a' * 24}")["Location"] == f"/l/{'a' * 24}"
