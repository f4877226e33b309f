"""The lines of a message are those that a reader sees."""

from __future__ import annotations

from otalink.articles.message_lines import MAX_TAGS, PICTURE, Mark, of_html, of_text


def test_text_has_a_line_for_each_and_quoted_ones_are_known() -> None:
    lines = of_text("a  b\n> c\n\n> > d")
    assert [(line.text, line.quoted) for line in lines] == [("a b", False), ("c", True), ("", False), ("d", True)]
    assert [line.end for line in lines] == [4, 8, 9, 15]


def test_an_address_that_was_broken_before_its_bracket_is_no_quote() -> None:
    assert [line.quoted for line in of_text("Am 2.11.2026 schrieb Ann <a@example.com\n>:\n> old")] == [
        False,
        False,
        True,
    ]


def test_an_address_that_was_broken_within_a_quote_is_of_the_quote() -> None:
    assert all(
        line.quoted
        for line in of_text("> On 2 Nov 2026, Ann <a@example.com\n>> <mailto:a@example.com>> wrote:\n>> old")
    )


def test_the_rest_of_a_link_that_broke_within_a_quote_belongs_to_it() -> None:
    text = "> View it (http://example.com/action\n_nonce=3dd518)\n> \n (http://example.com/c/YzO) >\n> old"
    assert all(line.quoted for line in of_text(text))
    assert not of_text("> Is it on?\nYes/no\nand no\n> Sure?")[1].quoted
    assert not of_text("> Is it on?\nYes\n> Sure?")[1].quoted


def test_a_signature_at_the_end_of_a_text_is_noted() -> None:
    assert [line.signed for line in of_text("a\n> b\n-- \nBo")] == [False, False, True, True]


def test_html_gives_the_lines_that_a_browser_shows() -> None:
    markup = "<head><title>t</title></head><!-- c --><p>a <b>b</b></p>\n<div>c<br>d&amp;e</div>"
    markup += "<style>f</style><img src='cid:x'>"
    assert [line.text for line in of_html(markup)] == ["a b", "c", "d&e", PICTURE]


def test_a_line_ends_where_its_last_word_does() -> None:
    markup = "<p>a</p><p><b>c</b></p>"
    assert [markup[: line.end] for line in of_html(markup)] == ["<p>a", "<p>a</p><p><b>c"]


def test_quotes_marks_and_signatures_are_noted() -> None:
    lines = of_html(
        '<p>a</p><div class="gmail_quote">b<blockquote>c</blockquote></div><p>d</p><div class="gmail_signature">e</div>'
    )
    assert [line.mark for line in lines] == [Mark.NONE, Mark.HISTORY, Mark.NONE, Mark.NONE, Mark.NONE]
    assert [line.quoted for line in lines] == [False, False, True, False, False]
    assert [line.outside for line in lines] == [False, False, False, True, True]
    assert [line.signed for line in lines] == [False, False, False, False, True]


def test_an_address_in_bare_brackets_is_text() -> None:
    assert of_html("<p>Ann <a@example.com> wrote:</p>")[0].text == "Ann <a@example.com> wrote:"


def test_html_of_more_tags_than_anybody_writes_is_not_read() -> None:
    assert of_html("<b>" * (MAX_TAGS + 1) + "x") == []
