"""E-mail addresses that mail can be sent to."""

from __future__ import annotations

import pytest

from otalink.notifications.addresses import is_usable, mailbox


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
    assert mailbox(address).addr_spec == written


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@x.example", "ann@", "a b@x.example", "a@b@x.example", "a@x.example, b@y.example", "<a>@x.example",
     "a\0@x.example", "a@x..example", "a@ü..example", "jür gen@x.example", "a@x.example\r\nBcc: v@x.example",
     "a@" + "ü" * 70 + ".example"],
)  # fmt: skip
def test_what_is_no_address_is_not_usable(address: str) -> None:
    assert not is_usable(address)


def test_a_line_break_in_a_name_adds_no_header() -> None:
    assert mailbox("ann@customer.example", "Ann\r\nBcc: v@x.example").display_name == "Ann Bcc: v@x.example"
