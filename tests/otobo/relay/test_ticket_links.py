"""Which places in a text are links to a ticket, in all the ways templates and people write them."""

from __future__ import annotations

import pytest

from otalink.otobo.relay.ticket_links import Link, TicketKey, holds_link, with_plain_links, with_tags
from tests.otobo.relay.mails import ID, NUMBER, PLAIN

KEY = TicketKey(NUMBER, ID)
MINE = Link(KEY, "https://help.example/l/secret", personal=True, code="1234-5678", not_me="https://help.example/n")
NOBODYS = Link(KEY, f"https://help.example/tickets/{NUMBER}")
BASE = "https://desk.example/otobo/customer.pl?"


@pytest.mark.parametrize(
    "query",
    [
        f"Action=CustomerTicketZoom;TicketNumber={NUMBER}",
        f"Action=CustomerTicketZoom&TicketNumber={NUMBER}",
        f"Action=CustomerTicketZoom&amp;TicketNumber={NUMBER}",
        f"TicketNumber={NUMBER};Action=CustomerTicketZoom",
        f"Action=CustomerTicketZoom;TicketID={ID}",
        f"Action=CustomerTicketZoom&TicketID={ID}",
        f"Action=CustomerTicketZoom;TicketNumber={NUMBER};ArticleID=7",
        f"Action=CustomerTicketZoom;TicketNumber={NUMBER}#Article7",
        f"Action=CustomerTicketZoom;TicketNumber={NUMBER};OTAToken=abcdefghijklmnopqrstuvwx",
    ],
)
def test_every_way_to_write_a_link_to_the_ticket_becomes_the_readers_own(query: str) -> None:
    assert holds_link(f"see {BASE}{query}", KEY)
    assert with_plain_links(f"see {BASE}{query}\nnow", MINE) == f"see {MINE.url}\nnow"


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}Action=CustomerTicketZoom;TicketNumber={NUMBER}1",
        f"{BASE}Action=CustomerTicketZoom;TicketNumber=1{NUMBER}",
        f"{BASE}Action=CustomerTicketZoom;TicketID={ID}9",
        f"{BASE}Action=CustomerTicketZoom;TicketNumber=2020010110000001;TicketID={ID}",
        f"{BASE}Action=CustomerTicketMessage;TicketNumber={NUMBER}",
        f"https://desk.example/otobo/index.pl?Action=AgentTicketZoom;TicketNumber={NUMBER}",
        f"{BASE}Action=CustomerTicketZoom",
        "https://www.example.com/",
    ],
)
def test_a_link_to_anything_else_stays(url: str) -> None:
    assert not holds_link(url, KEY)
    assert with_plain_links(url, MINE) == url


def test_a_ticket_whose_id_is_unknown_has_no_links_by_id() -> None:
    url = f"{BASE}Action=CustomerTicketZoom;TicketID=0"
    assert not holds_link(url, TicketKey(NUMBER))


@pytest.mark.parametrize(
    ("before", "after"),
    [("(", ")"), ("<", ">"), ("", "."), ("[", "]"), ('"', '"'), ("", ", and"), ("*", "*"), ("", "!")],
)
def test_what_stands_around_a_link_stays(before: str, after: str) -> None:
    assert with_plain_links(f"{before}{PLAIN}{after}", MINE) == f"{before}{MINE.url}{after}"


def test_a_plain_link_stays_in_the_copy_of_somebody_else() -> None:
    assert with_plain_links(f"see {PLAIN}.", NOBODYS) == f"see {PLAIN}."


@pytest.mark.parametrize("separator", [";", "&", "&amp;"])
def test_an_earlier_token_reaches_nobody_else(separator: str) -> None:
    token = f"{separator}OTAToken=abcdefghijklmnopqrstuvwx"
    assert with_plain_links(f"see {PLAIN}{token}.", NOBODYS) == f"see {PLAIN}."
    first = PLAIN.replace("?", f"?OTAToken=abcdefghijklmnopqrstuvwx{separator}")
    assert with_plain_links(first, NOBODYS) == PLAIN


@pytest.mark.parametrize("tag", ["<OTOBO_OTACustomerTicketLink>", "&lt;OTOBO_OTACustomerTicketLink&gt;"])
def test_the_published_tag_becomes_the_link_of_each(tag: str) -> None:
    assert holds_link(f"Tag: {tag}", KEY)
    assert with_tags(f"Tag: {tag}!", MINE) == f"Tag: {MINE.url}!"
    assert with_tags(f"Tag: {tag}!", NOBODYS) == f"Tag: {NOBODYS.url}!"


def test_code_and_not_me_have_tags_too() -> None:
    text = "<OTOBO_OTACustomerTicketCode> <OTOBO_OTACustomerNotMeLink> <OTOBO_Other>"
    assert with_tags(text, MINE) == f"1234-5678 {MINE.not_me} <OTOBO_Other>"
    assert not holds_link(text, KEY)


def test_a_long_text_without_links_takes_no_time() -> None:
    text = "https://" + "a" * 200_000 + " " + "&lt;" * 50_000 + "http://x/customer.pl" * 5_000
    assert with_tags(with_plain_links(text, MINE), MINE) == text


@pytest.mark.parametrize(
    "before", ["https://elsewhere.example/?u=", "elsewhere.example/(", "eve@elsewhere.example?body=", "x" * 400]
)
@pytest.mark.parametrize("link", [PLAIN, "<OTOBO_OTACustomerTicketLink>"])
def test_a_link_becomes_no_part_of_a_longer_address(before: str, link: str) -> None:
    text = f"see {before}{link}"
    made = with_tags(with_plain_links(text, MINE), MINE)
    # An address that leads to the ticket by all it says is replaced with everything before it.
    assert made in {text.replace("<OTOBO_OTACustomerTicketLink>", ""), f"see {MINE.url}"}
    assert not holds_link(f"see {before}<OTOBO_OTACustomerTicketLink>", KEY)


@pytest.mark.parametrize("before", ["Ticket:", "[1]", "- ", "(", "", "e.g. "])
def test_a_word_before_a_link_does_no_harm(before: str) -> None:
    assert with_tags(f"{before}<OTOBO_OTACustomerTicketLink>", MINE) == f"{before}{MINE.url}"
    assert with_plain_links(f"{before}{PLAIN}", MINE) == f"{before}{MINE.url}"
