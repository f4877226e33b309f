"""Addresses in headers and on the envelope, read back as mail programs and mail servers read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.policy import default as default_policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otalink.customers.addresses import Address, is_address, parse, require
from otalink.mail import incoming
from otalink.notifications.transport import mailer
from otalink.notifications.transport.headers import person
from otalink.notifications.transport.message import OutgoingMail
from tests.support.mail_server import MailServer, mail_server

# Every kind of character that a From header may hold once it was decoded; mostly of addresses that are some.
_LETTERS = list("ann.-_+'/={}!?\u00fc\u00e9\u4f8b\u2603\u0301\u212a\u0130\U0001f600")
_SYNTAX = [*'"\\ @<>(),;:[]\u037e', '\\"', "\\\\", "\\a", "=?utf-8?q?a?=", ".."]
_BARE = st.lists(st.sampled_from([*_LETTERS, ".."]) | st.characters(exclude_categories=["Cs", "Z"]), max_size=70)
_IN_QUOTES = st.lists(st.sampled_from([*_LETTERS, *_SYNTAX]) | st.characters(exclude_categories=["Cs"]), max_size=70)
_LABELS = st.text("abz09-_\u00fc\u00df\u4f8b", min_size=1, max_size=64)
_DOMAINS = st.lists(_LABELS, min_size=1, max_size=4).map(".".join) | st.sampled_from(
    [
        "customer.example",
        "[192.0.2.1]",
        "[IPv6:2001:DB8::1]",
        "xn--bcher-kva.example",
        "b\u00fccher.example",
        "x\u3002y",
    ]
)
_LOCALS = _BARE.map("".join) | _IN_QUOTES.map("".join) | _IN_QUOTES.map(lambda parts: f'"{"".join(parts)}"')
_ADDRESSES = st.builds("{}@{}".format, _LOCALS, _DOMAINS)
# A database keeps no NUL, and the parser none of the others.
_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def mail(address: Address, name: str = "") -> OutgoingMail:
    message = OutgoingMail("Hello")
    message["From"], message["To"] = "support@desk.example", person(address, name)
    return message


def written(address: Address, name: str) -> bytes:
    """A mail to somebody as it goes over SMTP."""
    return mail(address, name).as_bytes()


def unquoted(local: str) -> str:
    return re.sub(r"\\(.)", r"\1", local[1:-1]) if local.startswith('"') else local


def author_of(raw: bytes) -> str:
    """Who a mail is from by our own parser, in normal form."""
    return str(require(incoming.parse(raw.replace(b"From:", b"X:").replace(b"To:", b"From:")).author_address))


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ann@customer.example", "ann@customer.example"),
        (' "ann lee"@customer.example ', '"ann lee"@customer.example'),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
    ],
)
def test_it_writes_addresses_as_mail_servers_take_them(address: str, written: str) -> None:
    assert require(address).as_sent == written


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@x.example", "ann@", "a b@x.example", "a@b@x.example", "a@x.example, b@y.example", "<a>@x.example",
     "a\0@x.example", "a@x..example", "a@ü..example", "jür gen@x.example", "a@x.example\r\nBcc: v@x.example",
     "a@" + "ü" * 70 + ".example"],
)  # fmt: skip
def test_what_is_no_address_is_not_usable(address: str) -> None:
    assert not is_address(address)


def test_a_line_break_in_a_name_adds_no_header() -> None:
    raw = written(require("ann@customer.example"), "Ann\r\nBcc: v@x.example")
    message = message_from_bytes(raw, policy=default_policy)
    assert message["To"].addresses[0].display_name == "Ann Bcc: v@x.example"


@given(_ADDRESSES, _NAMES)
@settings(max_examples=500, deadline=None)
def test_every_address_is_read_back_from_a_header_unchanged(text: str, name: str) -> None:
    if (address := parse(text)) is None:
        return
    for sent in (address, require(str(address))):
        raw = written(sent, name)
        (read,) = message_from_string(raw.decode(), policy=default_policy)["To"].addresses
        assert (read.username, read.domain) == (unquoted(sent.as_sent.rpartition("@")[0]), sent.domain)
        assert author_of(raw) == str(require(sent.as_sent))


@given(_ADDRESSES)
@settings(max_examples=300, deadline=None)
def test_every_author_can_be_answered(text: str) -> None:
    author = incoming.parse(f"From: {text}\r\n\r\nHello".encode("utf-8", "surrogatepass")).author_address
    assert not author or is_address(author)


@given(address=_ADDRESSES)
@settings(max_examples=100, deadline=None)
def test_every_address_is_taken_by_a_mail_server(server: MailServer, address: str) -> None:
    if (recipient := parse(address)) is None:
        return
    mailer.send(mail(recipient), "support@desk.example", recipient.as_sent, url=server.url)
    assert require(server.recipients[-1]).as_sent == recipient.as_sent
