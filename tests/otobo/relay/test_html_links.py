"""Links in HTML: attributes, texts and entities, with everything else left as it was."""

from __future__ import annotations

import pytest

from otalink.otobo.relay.html_links import with_links
from otalink.otobo.relay.ticket_links import Link, TicketKey
from tests.otobo.relay.mails import HTML, ID, NUMBER, PLAIN

URL = "https://help.example/l/secret"
MINE = Link(TicketKey(NUMBER, ID), URL, personal=True, code="1234-5678", not_me=f"{URL}/not-me")
NOBODYS = Link(TicketKey(NUMBER, ID), f"https://help.example/tickets/{NUMBER}")
ENTITY = "&lt;OTOBO_OTACustomerTicketLink&gt;"
ANCHOR = f'<a href="{URL}">{URL}</a>'


def test_href_title_and_text_become_the_readers_own() -> None:
    expected = HTML.replace(PLAIN, URL).replace(ENTITY, ANCHOR)
    assert with_links(HTML, MINE) == expected
    assert PLAIN not in expected


def test_a_separator_written_as_an_entity_is_one() -> None:
    page = f'<a href="{PLAIN.replace(";", "&amp;")}">here</a>'
    assert with_links(page, MINE) == f'<a href="{URL}">here</a>'


@pytest.mark.parametrize("value", ["<OTOBO_OTACustomerTicketLink>", ENTITY, "%3COTOBO_OTACustomerTicketLink%3E"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_tag_in_an_attribute_becomes_a_mere_address(value: str, quote: str) -> None:
    page = f"<p><a class={quote}x{quote} href={quote}{value}{quote}>here</a></p>"
    assert with_links(page, MINE) == f"<p><a class={quote}x{quote} href={quote}{URL}{quote}>here</a></p>"


def test_a_tag_in_a_text_becomes_a_link_to_click() -> None:
    assert with_links(f"<p>Tag: {ENTITY}, or <OTOBO_OTACustomerTicketLink></p>", MINE) == (
        f"<p>Tag: {ANCHOR}, or {ANCHOR}</p>"
    )


def test_a_tag_within_a_link_becomes_its_words() -> None:
    page = f'<a href="{ENTITY}"><b>{ENTITY}</b></a> {ENTITY}'
    assert with_links(page, MINE) == f'<a href="{URL}"><b>{URL}</b></a> {ANCHOR}'


def test_title_and_style_hold_no_link_to_click() -> None:
    page = f"<title>{ENTITY}</title><style>a > b {{ color: red }}</style><p>{ENTITY}</p>"
    assert with_links(page, MINE) == f"<title>{URL}</title><style>a > b {{ color: red }}</style><p>{ANCHOR}</p>"


def test_the_code_is_no_link() -> None:
    page = "<p>&lt;OTOBO_OTACustomerTicketCode&gt; &lt;OTOBO_OTACustomerNotMeLink&gt;</p>"
    assert with_links(page, MINE) == f'<p>1234-5678 <a href="{URL}/not-me">{URL}/not-me</a></p>'


def test_others_get_the_plain_address_for_the_tag_and_keep_plain_links() -> None:
    page = f'<a href="{PLAIN}">{PLAIN}</a> <a href="{ENTITY}">x</a><OTOBO_OTACustomerTicketCode>'
    assert with_links(page, NOBODYS) == f'<a href="{PLAIN}">{PLAIN}</a> <a href="{NOBODYS.url}">x</a>'


@pytest.mark.parametrize(
    "page",
    [
        '<!DOCTYPE html><html><head><meta charset=utf-8></head><body leftmargin="0">\n  <TABLE><tr><td>x',
        "1 < 2 &amp;& 3 > 2 &lt;b&gt; <3 <>",
        '<!-- <a href="x"> --><p title=\'a > b\' data-x="it\'s">\u00fc</p>',
        '<img src="data:image/png;base64,' + "A" * 200_000 + '">',
        '<a href="unclosed>' + "<p>" * 1000,
        "Dear <OTOBO_CUSTOMER_DATA_UserFirstname>, <OTOBO_NoSuchTag>",
    ],
)
def test_html_without_links_stays_letter_by_letter(page: str) -> None:
    assert with_links(page, MINE) == page


@pytest.mark.parametrize("piece", ['<a href="', "<a ", "&lt;", "<!--", "'", "<a\"'", "<OTOBO_OTA"])
def test_html_made_to_cost_time_costs_little(piece: str) -> None:
    page = piece * (200_000 // len(piece))
    assert with_links(page, MINE) == page


EVIL = "https://elsewhere.example/?u="


@pytest.mark.parametrize(
    "page",
    [
        f'<a href="{EVIL}{ENTITY}">prize</a>',
        f'<a href="{EVIL}x {ENTITY}">prize</a>',
        f'<a href="{EVIL}x {PLAIN}">prize</a>',
        f'<a href="//elsewhere.example/?u={PLAIN}">prize</a>',
        f'<a href="mailto:eve@elsewhere.example?body={PLAIN}">prize</a>',
        f'<img src="{EVIL}%3COTOBO_OTACustomerTicketLink%3E" alt="{EVIL}{ENTITY}">',
        f'<img src="{ENTITY}">',
        f'<img src="//elsewhere.example/?u={PLAIN}">',
        f'<p style="background: url(//elsewhere.example/ {ENTITY})">x</p>',
        f"<p style=\"background: url('{EVIL} href={ENTITY}')\">x</p>",
        f"<p style=\"background: url({EVIL} title='{ENTITY}')\">x</p>",
        f'<form action="{EVIL}"><input name="x" value="{ENTITY}"><button>prize</button></form>',
        f'<style>p {{ background: url("{EVIL} <OTOBO_OTACustomerTicketLink>") }}</style>',
        f'<style>p {{ background: url("//elsewhere.example/ {PLAIN}") }}</style>',
        f"<script>location = '{EVIL}' + '{ENTITY}'</script>",
        f"<a style=a\"b=' href=\"{EVIL}' title='{ENTITY}'\">prize</a>",
        f"<a b=x\"y href='{EVIL}{ENTITY}'>prize</a>",
        f"<a b=x\"y href='{EVIL}<x href={ENTITY}>'>prize</a>",
        f"<p>//elsewhere.example/?u={PLAIN}</p>",
        f"<p>elsewhere.example/({PLAIN}</p>",
    ],
)
def test_a_link_goes_into_nothing_that_leads_or_is_sent_elsewhere(page: str) -> None:
    made = with_links(page, MINE)
    assert "secret" not in made
    assert "1234" not in made
    assert with_links(page.replace("TicketLink", "TicketCode"), MINE).count("1234-5678") == 0


def test_html_that_nobody_reads_alike_gets_no_link_behind_the_doubtful_place() -> None:
    page = f'<p>{ENTITY}</p><a b=x"y <b>{ENTITY}</b> <a href="{ENTITY}">{PLAIN}</a>'
    assert with_links(page, MINE) == f'<p>{ANCHOR}</p><a b=x"y <b></b> <a href="">{PLAIN}</a>'
