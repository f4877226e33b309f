"""Links of ours in what people write: nobody finds another's way in there."""

from __future__ import annotations

import pytest
from django.test import Client

from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Article
from otalink.postmaster.intake import run
from otalink.tokens import issue
from otalink.tokens.redact import without_secrets
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def url() -> str:
    return issue.issue("2026112310000017", make.ANN).url


def secret_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize(
    "shape",
    [
        "> {url}",
        '<a href="{url}">Open</a>',
        "{url}.",
        "https://safe.example/?url=https%3A%2F%2Fdesk.example.com%2Fl%2F{secret}&amp;data=05%7C02",
        "https://safe.example/v3/__https://desk.example.com/l/{secret}__;!!x",
        "https://desk.example.com/otobo/customer.pl?Action=CustomerTicketZoom;OTAToken={secret}",
    ],
)
def test_the_secret_is_blotted_out_however_the_link_is_quoted(shape: str, url: str) -> None:
    quoted = shape.format(url=url, secret=secret_of(url))
    assert without_secrets(quoted) == quoted.replace(secret_of(url), "***")


def test_links_of_others_stay_as_they_are(url: str) -> None:
    foreign = f"https://other.example/l/{'A' * 43} and {url}"
    assert without_secrets(foreign).startswith(f"https://other.example/l/{'A' * 43} and http")


def test_a_text_of_nothing_but_links_is_one_short_look_up(url: str) -> None:
    many = "".join(f"/l/{number:043d}\n" for number in range(100_000))
    assert secret_of(url) not in without_secrets(f"{url}\n{many}")


@pytest.mark.usefixtures("data_folder")
def test_a_mail_that_quotes_its_link_is_filed_without_it(url: str) -> None:
    html = f'<p>Thanks</p><blockquote><a href="{url}">{url}</a></blockquote>'
    run(mail(f"Thanks\n> {url}"))
    run(mail(html, "MIME-Version: 1.0", "Content-Type: text/html"))
    for text, markup in Article.objects.values_list("text", "html"):
        assert "Thanks" in text
        assert secret_of(url) not in text + markup


def test_a_reply_in_the_portal_that_quotes_a_link_is_filed_without_it(url: str) -> None:
    make.customer()
    ticket = make.ticket()
    browser = Client()
    browser.post("/l/" + secret_of(issue.issue(ticket.number, make.ANN).url))
    form = (
        browser.get(f"/tickets/{ticket.number}").content.decode().partition('name="form" value="')[2].partition('"')[0]
    )
    browser.post(f"/tickets/{ticket.number}", {"form": form, "text": f"It says {url}"})
    assert MiniDesk().visible_articles(ticket.number)[-1].text == "It says http://127.0.0.1:8000/l/***"
