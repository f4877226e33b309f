"""The bytes of every mail are kept, and agents download them."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.minidesk import changes, originals
from otalink.minidesk.models import Article, ArticleOriginal
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail, multipart, part

pytestmark = pytest.mark.django_db

SMALL = mail("Grüße\0 \udcff, as sent.", "X-Odd: \x01")
LARGE = multipart(
    "mixed", part(base64.encodebytes(os.urandom(150_000)), "application/pdf", "Content-Transfer-Encoding: base64")
)


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Files of every test lie in a folder of its own."""


@pytest.fixture
def agent(client: Client) -> Client:
    """An agent's browser."""
    client.force_login(User.objects.create_user("lena", is_staff=True))
    return client


def _filed(raw: bytes) -> Article:
    assert run(raw).outcome in {Outcome.NEW_TICKET, Outcome.FOLLOW_UP}
    return Article.objects.latest("id")


def _address(article: Article) -> str:
    return f"/desk/tickets/{article.ticket.number}/articles/{article.pk}/original"


@pytest.mark.parametrize("raw", [SMALL, LARGE], ids=["small", "large"])
def test_an_agent_downloads_a_mail_as_it_came(agent: Client, raw: bytes) -> None:
    article = _filed(raw)
    page = agent.get(f"/desk/tickets/{article.ticket.number}").content.decode()
    (address,) = re.findall(r'href="([^"]+)">Original mail', page)
    response = agent.get(address)
    assert b"".join(response.streaming_content) == raw  # type: ignore[attr-defined]
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_small_mail_needs_no_file_of_its_own(data_folder: Path) -> None:
    _filed(SMALL)
    assert not list(data_folder.rglob("attachments/*/*"))
    assert ArticleOriginal.objects.get().size == len(SMALL)


def test_the_original_of_a_signed_mail_is_intact_and_its_article_marked(agent: Client) -> None:
    inner = part(b"I agree. \r\n\r\n", "text/plain; format=flowed")
    raw = multipart('signed; protocol="application/pgp-signature"', inner, part(b"xx", "application/pgp-signature"))
    article = _filed(raw)
    assert article.signed == "OpenPGP signed"
    assert "OpenPGP signed" in agent.get(f"/desk/tickets/{article.ticket.number}").content.decode()
    assert inner in b"".join(agent.get(_address(article)).streaming_content)  # type: ignore[attr-defined]


def test_nobody_but_agents_gets_an_original(client: Client) -> None:
    assert client.get(_address(_filed(SMALL))).status_code == 302


def test_an_original_is_found_on_its_own_ticket_only(agent: Client) -> None:
    article, other = _filed(SMALL), _filed(LARGE)
    wrong = _address(article).replace(article.ticket.number, other.ticket.number)
    assert agent.get(wrong).status_code == 404


def test_an_article_that_was_no_mail_has_no_original(agent: Client) -> None:
    article = _filed(SMALL)
    ArticleOriginal.objects.all().delete()
    assert agent.get(_address(article)).status_code == 404
    assert "Original mail" not in agent.get(f"/desk/tickets/{article.ticket.number}").content.decode()


def test_an_original_gone_from_the_disk_is_not_found(agent: Client, data_folder: Path) -> None:
    article = _filed(LARGE)
    for path in data_folder.glob("attachments/*/*"):
        path.unlink()
    assert agent.get(_address(article)).status_code == 404


def test_an_original_goes_with_its_ticket() -> None:
    article = _filed(SMALL)
    changes.find(article.ticket.number).delete()
    assert originals.sizes([article.pk]) == {}
