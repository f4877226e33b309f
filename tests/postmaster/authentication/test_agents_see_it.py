"""Agents read on the ticket's page, in plain words, whether a message is from whom it says."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.conf import urls
from otalink.desk.types import Authentication, Proof
from otalink.minidesk.desk import MiniDesk
from tests.support import make

pytestmark = pytest.mark.django_db
assert urls.urlpatterns


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (Proof.PROVEN, "Really from customer.example"),
        (Proof.UNPROVEN, "Not proven to be from customer.example"),
        (Proof.DENIED, "Forged, says customer.example"),
        (Proof.UNDECIDED, "Sender could not be checked"),
    ],
)
def test_the_page_says_it_beside_the_author(client: Client, proof: Proof, words: str) -> None:
    client.force_login(User.objects.create_user("agent", is_staff=True))
    known = Authentication(proof, "customer.example", "dkim=<b>x</b>")
    number = make.ticket(article=make.draft(authentication=known)).number
    page = client.get(f"/desk/tickets/{number}").content.decode()
    assert words in page
    assert "dkim=&lt;b&gt;x&lt;/b&gt;" in page


def test_the_page_says_nothing_of_what_nobody_checked(client: Client) -> None:
    client.force_login(User.objects.create_user("agent", is_staff=True))
    page = client.get(f"/desk/tickets/{make.ticket().number}").content.decode()
    for words in ("Really from", "Not proven", "Forged", "could not be checked"):
        assert words not in page


def test_the_desk_hands_out_what_it_was_told() -> None:
    known = Authentication(Proof.PROVEN, "customer.example", "dkim=pass")
    number = make.ticket(article=make.draft(authentication=known)).number
    (article,) = MiniDesk().visible_articles(number)
    assert article.authentication == known
