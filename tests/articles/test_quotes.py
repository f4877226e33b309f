"""The history below an answer is folded, in whatever mail program it was written; an answer never is."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.articles.display import Body, body_of
from otalink.articles.quotes import split_html, split_text
from otalink.desk.types import Article, SenderType, StoredAttachment
from tests.support.pace import slower

LOGO = StoredAttachment(7, "logo.png", "image/png", "logo@mail", 10)


def _body(html: str) -> Body:
    article = Article(
        1, SenderType.CUSTOMER, "a@b.example", "A", "s", "", html, "", (), True, datetime.now(UTC), (LOGO,)
    )
    return body_of(article, lambda id_: f"/files/{id_}")


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote gmail_quote_container"><div dir="ltr">On Mon, Desk wrote:<br></div><blockquote>',
        '<blockquote type="cite"><div>On 2 Nov 2026, Desk wrote:</div><br>',
        '<div class="moz-cite-prefix">Am 02.11.26 um 10:00 schrieb Desk:<br></div><blockquote type="cite">',
        '<hr><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Desk<br><b>Sent:</b> Monday</div><div>',
        '<div id="x_appendonsend"></div><hr><div><b>Von:</b> Desk</div><div>',
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm'><p><b>From:</b> Desk</p></div>",
        '<div id="ydp1" class="yahoo_quoted"><div>On Monday, Desk wrote:</div><div>',
        '<div class="protonmail_quote">On Monday, Desk wrote:<br><blockquote class="protonmail_quote" type="cite">',
    ],
)
def test_history_in_html_is_folded(quote: str) -> None:
    body = _body(
        f"<html><body><div><p>It <b>works</b> now.</p>{quote}<p>Is it plugged in?</p></blockquote></div></body>"
    )
    assert "works" in body.html
    assert "plugged" not in body.html
    assert "plugged" in body.quoted


def test_an_answer_between_the_lines_of_a_quote_stays_visible() -> None:
    quote = '<div class="moz-cite-prefix">Desk wrote:</div><blockquote type="cite">Plugged in?</blockquote>'
    body = _body(f"<p>See below</p>{quote}<p>Yes!</p><blockquote type=cite>Sure?</blockquote>")
    assert "Yes!" in body.html
    assert body.quoted == ""


@pytest.mark.parametrize("html", ['<div class="gmail_quote">Forwarded only</div>', "<p>No quote at all</p>"])
def test_without_words_before_or_a_quote_nothing_is_folded(html: str) -> None:
    assert _body(html).quoted == ""


def test_a_folded_history_is_sanitised_too_and_shows_its_pictures() -> None:
    body = _body('<p>Hi</p><div class="gmail_quote"><p onclick=x()>Q</p><script>y()</script><img src="cid:logo@mail">')
    assert "onclick" not in body.quoted
    assert "y()" not in body.quoted
    assert 'src="/files/7"' in body.quoted
    assert body.inline == {7}


@pytest.mark.parametrize(
    "history",
    [
        "De : Desk\nEnvoyé : lundi\nÀ : Ann",
        "De: Desk\nEnviado el: lunes\nPara: Ann",
        "Da: Desk\nInviato: lunedì",
        "Van: Desk\nVerzonden: maandag",
        "*From:* Desk\n*Sent:* Monday",
        "От: Desk\nОтправлено: понедельник",  # noqa: RUF001
        "差出人: Desk\n送信日時: 2026年",
        "-------- Message transféré --------\nSujet : x",
        "Le lun. 2 nov. 2026 à 10:00, Desk <desk@example.com>\na écrit :\n> Bonjour",
    ],
)
def test_history_in_other_languages_is_folded(history: str) -> None:
    assert split_text(f"My answer.\n\n{history}\n\n> old") == ("My answer.", f"{history}\n\n> old")


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "a", '<div class="gmail_quote">', "<blockquote>", "</blockquote>", "<"]))
)
def test_no_word_is_lost_when_history_in_html_is_folded(pieces: list[str]) -> None:
    markup = "".join(pieces)
    assert "".join(split_html(markup)) == markup


@pytest.mark.parametrize(
    "markup",
    [
        "<div " * 100_000,
        "<div class='" * 100_000,
        "<div class='gmail " * 50_000,
        "x<blockquote type=cite>" + "<blockquote>a</blockquote>" * 50_000,
        "x<blockquote type=cite></blockquote>" + "&nbsp;" * 300_000,
        "<style>" * 200_000,
        "<!--" * 200_000,
        "x<blockquote type=cite><blockquote>a</blockquote>" + "<!--" * 200_000,
        "<!--" * 40_000 + "<blockquote type=cite></blockquote>",
    ],
)
def test_markup_made_to_take_long_does_not(markup: str) -> None:
    started = time.thread_time()
    split_html(markup)
    assert time.thread_time() - started < 1 * slower()
