"""The history below an answer is folded, in whatever mail program it was written; an answer never is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.articles.display import Body, body_of
from otalink.articles.quotes import split_html, split_text
from otalink.desk.types import Article, SenderType, StoredAttachment
from tests.articles.programs import HTML, TEXT
from tests.support.pace import within

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


@pytest.mark.parametrize("program", HTML)
def test_what_a_mail_program_quotes_in_html_is_folded(program: str) -> None:
    body = _body(HTML[program])
    assert "NEW" in body.html
    assert ("OLD" in body.html, "OLD" in body.quoted) == (False, True)
    assert not re.search(r"(?i)wrote|schrieb|from:|desk@", body.html)


@pytest.mark.parametrize("program", TEXT)
def test_what_a_mail_program_quotes_in_text_is_folded_whole(program: str) -> None:
    above, history = "NEW\n\nMore that is new,\nBo", TEXT[program]
    if program == "BlackBerry 10":
        above, history = f"{above}\n\n{history.split(chr(10))[0]}", history.split("\n", 1)[1]
    fresh, quoted = split_text(f"{above}\n\n{history}")
    assert (fresh, quoted.strip()) == (above, history.strip())


@pytest.mark.parametrize(
    "text",
    [
        "Please book:\n\nFrom: Berlin\nDate: 3 May",
        "Please send a van.\n\nFrom: Berlin\nSent: 3 May\nTo: Munich\nPieces: 4",
        "The log says:\n> error 5",
        "The log of the night\n\n> error 5\n> error 6",
        "I asked twice. On Monday she wrote:\n> No.",
        "On 3 May 2026 I called you and your colleague wrote:\n> Please wait.",
        "Since 3 May 2026 the server says:\n> error 5",
        "Answer:\n\nOn Mon, 2 Nov 2026, Ann Desk <desk@example.com> wrote:\n> Is it on?\n\nYes!",
        "My answers are below.\n\nOn Mon, 2 Nov 2026 at 10:00, Ann <desk@example.com> wrote:\n\nIs it on?\nYes!",
        "Hello Ann,\n\nOn Mon, 2 Nov 2026 at 10:00, Ann <desk@example.com> wrote:\n\nIs it on?\nYes!",
        "See the mail I got:\n\n-----Original Message-----\nFrom: Bank <a@example.net>\nSent: 2 Nov 2026\n\nPay now",
        "New enquiry\n\nFrom: Bo <bo@example.org>\nSent: 2 Nov 2026\nTo: Shop\nSubject: Printer\nMessage: It burns",
        "New enquiry\n\nFrom: Bo <bo@example.org>\nDate: 2 Nov 2026\nSubject: Printer\n\nIt burns",
        "My colleague wrote:\n> It burns.",
        "Hello,\n\nAnn Desk wrote:\n> It burns.",
        "The log of the night\n\n2026-11-02 10:00:01 worker wrote:\n\nit burns",
        "Thanks\n\nOn 3 May 2026 you wrote:\n\nIt is on its way.\n\nIt never came.",
        "Thanks\n\nOn 2 Nov 2026, Ann <desk@example.com> wrote:\n> OLD\n\nBest regards,\nBo\n\nPS: The other one burns",
        "Thanks\n\nOn 2 Nov 2026, Ann <desk@example.com> wrote:\n> OLD\n\n--\nPlease call me",
        "Thanks\n\nOn 2 Nov 2026, Ann <desk@example.com> wrote:\n> OLD\n\n-- \nBo\n\nAnd one thing more: it burns.",
    ],
)
def test_what_might_be_new_is_never_folded(text: str) -> None:
    assert split_text(text) == (text, "")


@pytest.mark.parametrize(
    "forward",
    [
        (
            "---------- Forwarded message ---------\nFrom: Bank <a@example.net>\nDate: Mon, Nov 2, "
            "2026\nSubject: x\nTo: Bo\n\nOLD"
        ),
        "Begin forwarded message:\n\nFrom: Bank <a@example.net>\nSubject: x\nDate: 2 November 2026\nTo: Bo\n\nOLD",
        (
            "> Anfang der weitergeleiteten Nachricht:\n> \n> Von: Bank <a@example.net>\n> Datum: 2. "
            "November 2026\n> \n> OLD"
        ),
        (
            "-------- Message transf\u00e9r\u00e9 --------\nSujet : x\nDate : 2 novembre 2026\nDe : Bank "
            "<a@example.net>\n\nOLD"
        ),
        "----- Weitergeleitet von Bo am 02.11.2026 -----\n\nVon: Bank\nAn: Bo\nDatum: 02.11.2026\nBetreff: x\n\nOLD",
        (
            "________________________________\nFrom: Bank <a@example.net>\nSent: 2 November 2026\nTo: "
            "Bo\nSubject: x\n\nOLD"
        ),
    ],
)
def test_a_forwarded_mail_is_content(forward: str) -> None:
    assert split_text(f"FYI\n\n{forward}")[1] == ""
    assert split_text(f"What is that?\n\n{forward}", "FW: x")[1] == ""


@pytest.mark.parametrize("subject", ["Fwd: x", "WG: x", "TR : x", "[Ticket#1] RV: x", "\u0130LT: x"])
def test_the_subject_of_a_forwarded_mail_keeps_all_of_it_open(subject: str) -> None:
    assert split_html(HTML["Outlook 365"], subject) == (HTML["Outlook 365"], "")
    assert split_html(HTML["Outlook 365"], f"Re: {subject}")[1]


@pytest.mark.parametrize(
    "html",
    [
        '<p>Why?</p><div class="gmail_quote"><div>---------- Forwarded message ---------<br>From: Bank</div>OLD</div>',
        (
            '<p>Why?</p><blockquote type="cite"><div>Begin forwarded message:</div><div><b>From: '
            "</b>Bank</div>OLD</blockquote>"
        ),
        (
            '<p>Why?</p><div class="moz-forward-container">-------- Forwarded Message --------<table><tr><th>Subject: '
            "</th>"
            "<td>x</td></tr></table>OLD</div>"
        ),
        '<p>The log says</p><blockquote type="cite">OLD</blockquote>',
        '<p>The log says</p><blockquote class="gmail_quote">OLD</blockquote>',
        '<p>FYI</p><div id="divRplyFwdMsg"><b>From:</b> Bank<br><b>Sent:</b> Monday</div><div>OLD</div>',
        '<p>Yes</p><div class="gmail_quote">On 2 Nov 2026, Ann wrote:<blockquote>a</blockquote></div><p>OLD</p>',
        '<p>Yes</p><div class="yahoo_quoted"><div>On 2 Nov 2026, Ann wrote:</div><div>a</div></div><div>OLD</div>',
        '<p>Yes</p><blockquote type=cite>On 2 Nov 2026, Ann wrote:<br>a</blockquote><img src="cid:logo@mail">OLD',
    ],
)
def test_what_might_be_new_in_html_is_never_folded(html: str) -> None:
    body = _body(html)
    assert "OLD" in body.html
    assert body.quoted == ""


def test_a_date_just_above_what_somebody_wrote_stays_open() -> None:
    fresh, quoted = split_text('end = "2007-01-01 00:00"\nCheers, Bo\nAnn Desk wrote:\n> OLD')
    assert (fresh, quoted) == ('end = "2007-01-01 00:00"\nCheers, Bo', "Ann Desk wrote:\n> OLD")


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
        "@<hr>x<a " + "class=gmail " * 100_000 + ">x",
        "@x<hr>" + "<p>From: a@b.example" * 10_000,
        "@<pre>" + "On\n" * 250_000,
        "@" + "<style" * 100_000 + "<a x='" * 100_000,
    ],
)
def test_markup_made_to_take_long_does_not(markup: str) -> None:
    within(1, lambda: split_html(markup))


@pytest.mark.parametrize(
    "text",
    [
        "From: a\n" * 200_000,
        "On\n" * 300_000,
        "x\n" + "---\n" * 200_000 + "From: a@b\nSent: 2026\nTo: b\n\nz",
        "<a@" * 200_000,
        "x\n" + "-----Original Message-----\n" * 60_000,
        "On " + "a" * 1_000_000 + " wrote:",
        "forwarded " * 100_000,
    ],
)
def test_text_made_to_take_long_does_not(text: str) -> None:
    within(1, lambda: split_text(text))
