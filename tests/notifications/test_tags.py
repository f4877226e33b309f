"""Tags in mail texts."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.notifications import tags

LINK_TAG = "<OTOBO_OTACustomerTicketLink>"
VALUES = {tags.LINK: "http://127.0.0.1:8000/l/secret", "OTOBO_TICKET_Title": "Printer"}
# What a customer may write to get at somebody's link, among anything else.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from([LINK_TAG, "&lt;OTOBO_OTACustomerTicketLink&gt;", "<OTOBO_TICKET_Title>", "<", "OTOBO_", ">"]),
        st.text(max_size=20),
    ),
    max_size=8,
).map("".join)


def test_it_replaces_known_tags() -> None:
    assert tags.expand("<OTOBO_TICKET_Title>: <OTOBO_TICKET_Title>", VALUES) == "Printer: Printer"


@pytest.mark.parametrize("tag", ["<OTOBO_TICKET_Nonsense>", "<OTOBO_CONFIG_SecretKey>", "<OTOBO_AGENT_BODY[5]>"])
def test_an_unknown_tag_becomes_a_dash(tag: str) -> None:
    assert tags.expand(f"a {tag} b", VALUES) == "a - b"


@pytest.mark.parametrize("text", ["<b>bold</b>", "<OTOBO>", "<OTOBO_>", "OTOBO_TICKET_Title", "1 < 2 > 0"])
def test_what_is_no_tag_stays(text: str) -> None:
    assert tags.expand(text, VALUES) == text


def test_a_count_takes_the_first_lines_or_the_first_characters_of_a_subject() -> None:
    values = {"OTOBO_CUSTOMER_BODY": "one\ntwo\nthree", "OTOBO_CUSTOMER_SUBJECT": "A long subject"}
    text = tags.expand("<OTOBO_CUSTOMER_BODY[2]>|<OTOBO_CUSTOMER_SUBJECT[6]>", values)
    assert text == "one\ntwo|A long"


def test_values_are_escaped_in_html_and_keep_their_lines() -> None:
    values = {"OTOBO_TICKET_Title": '<script>alert("1")</script> & more\nnext'}
    assert tags.expand("<p><OTOBO_TICKET_Title></p>", values, as_html=True) == (
        "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more<br>\nnext</p>"
    )


def test_an_empty_value_takes_the_space_before_it_along() -> None:
    values = {"OTOBO_A": "", "OTOBO_B": "Lee"}
    assert tags.expand("Hello <OTOBO_A>, Dear <OTOBO_A> <OTOBO_B>", values) == "Hello, Dear Lee"
    assert tags.expand("<p>Hello &lt;OTOBO_A&gt;,</p>", values, as_html=True) == "<p>Hello,</p>"


def test_tags_written_with_entities_work_in_html() -> None:
    assert tags.expand("&lt;OTOBO_TICKET_Title&gt;", VALUES, as_html=True) == "Printer"


@given(HOSTILE)
def test_a_tag_in_customer_text_is_never_expanded(text: str) -> None:
    values = {**VALUES, "OTOBO_CUSTOMER_BODY": text, "OTOBO_TICKET_Title": text}
    template = "<OTOBO_TICKET_Title>\n<OTOBO_CUSTOMER_BODY>"
    assert tags.expand(template, values) == f"{text}\n{text}"


@given(HOSTILE)
def test_a_tag_in_customer_text_is_never_expanded_in_html(text: str) -> None:
    values = {**VALUES, "OTOBO_CUSTOMER_BODY": text}
    expanded = tags.expand("<div><OTOBO_CUSTOMER_BODY></div>", values, as_html=True)
    assert VALUES[tags.LINK] not in expanded
    assert html.unescape(expanded.replace("<br>\n", "\n")) == f"<div>{text}</div>"


@pytest.mark.parametrize(
    ("text", "uses"), [(LINK_TAG, True), ("&lt;OTOBO_OTACustomerTicketLink&gt;", True), ("<OTOBO_TICKET_Title>", False)]
)
def test_it_says_whether_a_text_needs_a_link(text: str, uses: bool) -> None:
    assert tags.uses_link("", text) is uses


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_paragraphs_with_a_tag_are_left_out_whatever_ends_their_lines(end: str) -> None:
    text = end.join(["Hello", "", "type", "<OTOBO_X>", "", "Bye", "you", "", "<OTOBO_Y>"])
    assert tags.without_paragraphs(text, "OTOBO_X", "OTOBO_Y") == f"Hello\n\nBye{end}you\n"
    assert tags.without_paragraphs(text, "OTOBO_Z") == text
