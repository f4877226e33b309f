"""The same mailbox written differently is the same address."""

from __future__ import annotations

import pytest

from otalink.customers.addresses import domain, is_address, mailbox, normal, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Customer.EXAMPLE", "ann@customer.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@XN--BCHER-KVA.example"),
        ("ann@bu\u0308cher.example", "ann@b\u00fccher.example"),
        ("rene\u0301@x.example", "REN\u00c9@x.example"),
        ("ann@faß.example", "ann@xn--fa-hia.example"),
        (" ann@x.example ", "ann@x.example"),
        ("ann@例え。テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ('"ann"@x.example', "ann@x.example"),
        (r'"a\n\n"@x.example', "ann@x.example"),
        (r'"a\ \n"@x.example', '"a n"@x.example'),
        (r'"a\"\\n"@x.example', r'"a\"\\n"@x.example'),
    ],
)
def test_addresses_that_mean_the_same_mailbox_are_equal(one: str, other: str) -> None:
    assert normal(one) == normal(other)
    assert normal(normal(one)) == normal(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann+1@x.example", "ann+2@x.example"),
        ("andre@x.example", "andré@x.example"),
        ("ann@bucher.example", "ann@bücher.example"),
        ("a.nn@x.example", "ann@x.example"),
        ("a.nn@gmail.com", "ann@gmail.com"),
        ('"a n"@x.example', "an@x.example"),
        ('".ann"@x.example', "ann@x.example"),
    ],
)
def test_different_people_stay_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@pytest.mark.parametrize("text", ["", "nobody", "@", "ann@", "@x.example", "ann@\ud800.example", "ann@-\u0300.example"])
def test_what_is_no_address_passes_through_without_an_error(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert not is_address(text) or text.isascii()


@pytest.mark.parametrize(
    "address", ["ann@x.example", "ann+tag@bücher.example", '"a b"@x.example'.replace(" ", "."), "a@localhost"]
)
def test_an_address_is_known_as_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "text",
    [
        "ann",
        "ann@",
        "@x.example",
        "a b@x.example",
        "ann@x..example",
        "ann@x.example\nBcc: bob",
        "a" * 200 + "@x.example",
    ],
)
def test_what_is_no_address_is_known_as_none(text: str) -> None:
    assert not is_address(text)


def test_the_tag_belongs_to_the_address_but_not_to_the_mailbox() -> None:
    assert normal("Ann+Sales@X.example") == "ann+sales@x.example"
    assert mailbox("Ann+Sales@X.example") == "ann@x.example"
    assert mailbox("+sales@x.example") == "+sales@x.example"


def test_a_mailbox_has_no_more_names_than_its_owner_knows_of() -> None:
    same = ("a.n.n+1@gmail.com", "Ann@gmail.com", r'"a\nn"@gmail.com', '"ann+2"@GMail.com')
    assert {mailbox(address) for address in same} == {"ann@gmail.com"}
    assert mailbox("a.nn@x.example") != mailbox("ann@x.example")


def test_the_domain_is_in_normal_form() -> None:
    assert domain("ann@Bücher.example") == "xn--bcher-kva.example"


def test_both_spellings_of_an_international_domain_are_known() -> None:
    assert spellings("ann@Bücher.example") == ("ann@xn--bcher-kva.example", "ann@bücher.example")
    assert spellings("ann@x.example") == ("ann@x.example",)
    assert spellings("ann@xn--.example") == ("ann@xn--.example",)
