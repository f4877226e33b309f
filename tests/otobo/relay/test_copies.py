"""One recipient's copy of a mail in the shapes in which OTOBO hands mail over."""

from __future__ import annotations

import pytest

from otalink.otobo.relay.copies import read
from otalink.otobo.relay.ticket_links import Link, TicketKey
from tests.otobo.relay.mails import HTML, ID, NUMBER, PLAIN, TAG, TEXT, alternative, parsed, single, text_of

URL = "https://help.example/l/secret"
KEY = TicketKey(NUMBER, ID)
MINE = Link(KEY, URL, personal=True, code="1234-5678", not_me=f"{URL}/not-me")
NOBODYS = Link(KEY, f"https://help.example/tickets/{NUMBER}")


def mine(raw: bytes, language: str = "en") -> bytes:
    return read(raw).copy(MINE, language)


def test_text_footnotes_html_and_titles_hold_the_readers_own_link() -> None:
    raw = mine(alternative())
    text, html = text_of(raw), text_of(raw, "html")
    assert PLAIN not in text
    assert PLAIN not in html
    assert (f"[1]{URL}\n" in text, f"[1] {URL}\n" in text, f"Tag: {URL}\n" in text) == (True, True, True)
    assert f'<a href="{URL}" title="{URL}">{URL}</a>' in html
    assert "OTOBO_OTA" not in raw.decode()


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable"])
def test_html_in_either_encoding_is_understood(encoding: str) -> None:
    assert f'href="{URL}"' in text_of(mine(alternative(html_encoding=encoding)), "html")


def test_headers_and_structure_are_kept() -> None:
    raw = alternative()
    new = mine(raw)
    assert new.partition(b"\r\n\r\n")[0] == raw.partition(b"\r\n\r\n")[0]
    assert [part.get_content_type() for part in parsed(new).walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert not [defect for part in parsed(new).walk() for defect in part.defects]


@pytest.mark.parametrize("link", [MINE, NOBODYS])
def test_every_line_ends_as_mail_servers_want_it(link: Link) -> None:
    raw = read(alternative()).copy(link, "en")
    assert raw.count(b"\n") == raw.count(b"\r\n") > 0
    assert b"\r" not in raw.replace(b"\r\n", b"")


def test_the_code_and_this_was_not_me_stand_beside_the_link() -> None:
    raw = mine(alternative())
    for subtype in ("plain", "html"):
        body = text_of(raw, subtype)
        assert body.count("1234-5678") == 1
        assert f"{URL}/not-me" in body
    assert "\n1234-5678\n" in text_of(raw)


def test_what_is_said_beside_the_link_is_in_the_readers_language() -> None:
    raw = mine(single("Hallo\n\n" + TAG, "7bit", "us-ascii"), "de")
    assert "1234-5678" in text_of(raw)
    assert "type this code" not in text_of(raw)
    assert parsed(raw).get_content_charset() == "utf-8"


def test_what_the_mail_says_itself_is_not_said_twice() -> None:
    text = f"Link: {TAG}\n\nCode: <OTOBO_OTACustomerTicketCode>\n\nNot you: <OTOBO_OTACustomerNotMeLink>\n"
    assert text_of(mine(single(text))).rstrip() == f"Link: {URL}\n\nCode: 1234-5678\n\nNot you: {URL}/not-me"


def test_a_text_whose_link_was_lost_beside_the_html_gets_it() -> None:
    raw = mine(alternative("Read it [1]here.\n\n[1] \n", f'<p>Read it <a href="{TAG}">here</a>.</p>'))
    assert URL in text_of(raw)
    assert f'<a href="{URL}">here</a>' in text_of(raw, "html")


def test_a_text_alone_is_enough() -> None:
    assert f"Tag: {URL}" in text_of(mine(single()))


def test_others_get_the_plain_address_and_no_code() -> None:
    raw = read(alternative()).copy(NOBODYS)
    text, html = text_of(raw), text_of(raw, "html")
    assert f"Tag: {NOBODYS.url}" in text
    assert f'Tag: <a href="{NOBODYS.url}">{NOBODYS.url}</a>' in html
    assert (text.count(PLAIN), html.count(PLAIN)) == (TEXT.count(PLAIN), HTML.count(PLAIN))
    assert "not-me" not in raw.decode()
    assert "code" not in text


def test_others_get_no_paragraph_about_a_code() -> None:
    text = f"Link: {TAG}\n\nCode: <OTOBO_OTACustomerTicketCode>\n\nRegards\n"
    assert text_of(read(single(text)).copy(NOBODYS)).rstrip() == f"Link: {NOBODYS.url}\n\nRegards"


def test_a_mail_without_a_link_stays_byte_for_byte_in_anybodys_copy_but_the_readers() -> None:
    raw = alternative("Hello", "<p>Hello</p>")
    assert not read(raw).holds_link(KEY)
    assert read(raw).copy(NOBODYS) == raw


def test_whether_a_mail_holds_a_link_is_known_whatever_its_encoding() -> None:
    for raw in (alternative(), single(), single(PLAIN), alternative("x", f"<p>{TAG}</p>", "quoted-printable")):
        assert read(raw).holds_link(KEY)


def test_what_must_reach_nobody_is_taken_out_of_every_copy_before_the_new_link_is_put_in() -> None:
    raw = single(f"{TAG}\n\n> see https://help.example/l/old\n")
    text = text_of(read(raw).copy(MINE, "en", lambda text: text.replace("old", "***").replace("secret", "gone")))
    assert "> see https://help.example/l/***" in text
    assert URL in text
