"""HTML that is rewritten before it is sanitised: it says the same, and every element ends where it should."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otalink.articles import tidy
from otalink.articles.tidy import _rewritten

LETTER = """<html><head><title>Not shown</title><style>p { color: red }</style></head><body lang=EN-US>
<!-- a > comment --><!--[if mso]><b>not shown</b><![endif]--><![if !mso]>
<p class=MsoNormal>1 < 2 &amp; <b>bold</b><o:p></o:p>
<p>Second <a href='https://x.example/?a="1"&b=2' onclick="run()">link</a><br>line</p>
<table><tr><td colspan=2>a<td>b</tr><tr><td><table><tr><td>inner</table></table>
<ul><li>one<li>two</ul><img src="cid:a@b" alt='It"s' width=10></body></html>"""


def _clean(markup: str) -> str:
    return re.sub(r"\s+", " ", nh3.clean(markup, clean_content_tags={"head", "style", "script", "title"}))


def test_small_html_stays_as_it_is() -> None:
    assert tidy.tidy(LETTER) == LETTER


def test_a_letter_says_the_same_after_it() -> None:
    assert _clean(_rewritten(LETTER)) == _clean(LETTER)


@pytest.mark.parametrize(
    ("markup", "rewritten"),
    [
        ("<b><i>a</b>c</i>", "<b><i>a</i></b>c"),
        ("a</x></b>c", "ac"),
        ("<font><table><td>a</font><td>b</table>c</font>", "<font><table><td>a<td>b</table>c</font>"),
        ("<td>a</td>", "a"),
        ("<a href=x>a<a href=y>b</a>", '<a href="x">a</a><a href="y">b</a>'),
        ("<p onclick=run() class=a class=b>x", '<p class="a">x'),
        ("<i title='\"'>x</i>", '<i title="&quot;">x</i>'),
        ("<<!-- -->b>", "&lt;b>"),
        ("<svg><b>x</svg><style>y</style>z", "z"),
        ("<style>y", "y"),
        ("<o:p>x</o:p>", "x"),
        ("<b", "<b>"),
    ],
)
def test_every_element_ends_within_the_one_it_began_in(markup: str, rewritten: str) -> None:
    assert _rewritten(markup) == rewritten


@given(
    st.lists(
        st.sampled_from(
            ["<b>", "</b>", "<table>", "<td>", "</table>", "<p>", "</p>", "<a href=x>", "</a>", "<!--", "-->"]
        )
        | st.sampled_from(
            ["<i a='", "'>", '="', "<", ">", "&", "<style>", "</style>", "<div/", "<!--", "-->", "x", " "]
        )
    ).map("".join)
)
@settings(deadline=None)
def test_once_rewritten_it_is_what_it_should_be(markup: str) -> None:
    once = _rewritten(markup)
    assert _clean(_rewritten(once)) == _clean(once)


def test_what_takes_long_however_it_is_written_is_given_up() -> None:
    assert tidy.tidy("".join(f"<i title={n}>" for n in range(2_000)) + "<p>x" * 100_000) == ""
    assert tidy.tidy("&nbsp;" * 200_000) == ""
