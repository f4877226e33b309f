"""The same mailbox written differently is the same address."""

from __future__ import annotations

import pytest

from otalink.customers.addresses import domain, is_address, mailbox, normal, parse, require, spellings


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
    assert {mailbox(address) for address in (*same, "a.nn@googlemail.com")} == {"ann@gmail.com"}
    assert mailbox("a.nn@x.example") != mailbox("ann@x.example")


def test_the_domain_is_in_normal_form() -> None:
    assert domain("ann@Bücher.example") == "xn--bcher-kva.example"


def test_both_spellings_of_an_international_domain_are_known() -> None:
    assert spellings("ann@Bücher.example") == ("ann@xn--bcher-kva.example", "ann@bücher.example")
    assert spellings("ann@x.example") == ("ann@x.example",)
    assert spellings("ann@xn--.example") == ("ann@xn--.example",)
    assert spellings("a..b@x.example") == ("a..b@x.example", '"a..b"@x.example')
    assert spellings('".a"@x.example') == ('".a"@x.example', ".a@x.example")


# What it is, what it is kept as, and what goes into headers and to mail servers.
ADDRESSES = [
    ("Ann.Lee@Customer.Example", "ann.lee@customer.example", "Ann.Lee@customer.example"),
    ("ann+tag@x.example", "ann+tag@x.example", "ann+tag@x.example"),
    ("o'neil_{a}!#$%&*/=?^`|~-@x.example", "o'neil_{a}!#$%&*/=?^`|~-@x.example", "o'neil_{a}!#$%&*/=?^`|~-@x.example"),
    ("ann..lee@docomo.example", "ann..lee@docomo.example", '"ann..lee"@docomo.example'),
    (".ann@docomo.example", ".ann@docomo.example", '".ann"@docomo.example'),
    ("ann.@docomo.example", "ann.@docomo.example", '"ann."@docomo.example'),
    ("...@docomo.example", "...@docomo.example", '"..."@docomo.example'),
    ('"ann..lee"@x.example', '"ann..lee"@x.example', '"ann..lee"@x.example'),
    ('"ann"@x.example', "ann@x.example", "ann@x.example"),
    ('"Ann Lee"@x.example', '"ann lee"@x.example', '"Ann Lee"@x.example'),
    (r'"a\"b\\c"@x.example', r'"a\"b\\c"@x.example', r'"a\"b\\c"@x.example'),
    (r'"\a\@b"@x.example', '"a@b"@x.example', '"a@b"@x.example'),
    ('"(a),<b>;[c]:"@x.example', '"(a),<b>;[c]:"@x.example', '"(a),<b>;[c]:"@x.example'),
    ("J\u00f6rg@x.example", "j\u00f6rg@x.example", "J\u00f6rg@x.example"),
    ("rene\u0301@x.example", "ren\u00e9@x.example", "ren\u00e9@x.example"),
    ('"J\u00f6rg M"@x.example', '"j\u00f6rg m"@x.example', '"J\u00f6rg M"@x.example'),
    ("\U0001f600@x.example", "\U0001f600@x.example", "\U0001f600@x.example"),
    ("ann@B\u00fccher.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
    ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
    ("ann@x\u3002example", "ann@x.example", "ann@x.example"),
    ("ann@[192.0.2.1]", "ann@[192.0.2.1]", "ann@[192.0.2.1]"),
    ("ann@[IPv6:2001:DB8::1]", "ann@[ipv6:2001:db8::1]", "ann@[ipv6:2001:db8::1]"),
    ("ann_lee@my_host.x.example", "ann_lee@my_host.x.example", "ann_lee@my_host.x.example"),
    ("root@localhost", "root@localhost", "root@localhost"),
    ("reply+" + "f" * 100 + "@x.example", "reply+" + "f" * 100 + "@x.example", "reply+" + "f" * 100 + "@x.example"),
    (" ann@x.example ", "ann@x.example", "ann@x.example"),
]
NO_ADDRESSES = [
    *("", "ann", "@", "ann@", "@x.example", '""@x.example', "ann@x.example.", "ann@.x.example", "ann@x..example"),
    *("ann@bob@x.example", "ann lee@x.example", '"ann  lee"@x.example', '" "@x.example', 'a"b@x.example'),
    *(
        '"ann@x.example',
        '"a"b"@x.example',
        r'"ann\"@x.example',
        r"a\@b@x.example",
        "<ann@x.example>",
        "ann(a)@x.example",
    ),
    *("ann(a)@x.example", "ann@x.example(a)", "ann@x.example, bob@x.example", "ann@x.example\r\nBcc: bob@x.example"),
    *(
        "a\0b@x.example",
        '"a\tb"@x.example',
        '"a\nb"@x.example',
        "a\x7fb@x.example",
        "a\u200bb@x.example",
        "a\u202eb@x.example",
    ),
    *("a\u00a0b@x.example", "a\ud800@x.example", "a\u037eb@x.example", "=?utf-8?q?ann?=@x.example"),
    *("ann@[192.0.2.256]", "ann@[192.0.2.1", "ann@[]", "ann@[IPv6:fe80::1%eth0]", "ann@[x.example]", "ann@x .example"),
    *("ann@" + "x" * 64 + ".example", "ann@" + "\u00fc" * 70 + ".example", "ann@\u2603!.example"),
    *("a" * 200 + "@x.example", "a@" + "x." * 100 + "example", "\u4f8b" * 90 + "@x.example"),
]


@pytest.mark.parametrize(("text", "kept", "sent"), ADDRESSES)
def test_an_address_has_one_form_to_be_kept_in_and_one_to_be_sent_in(text: str, kept: str, sent: str) -> None:
    address = require(text)
    assert (str(address), address.as_sent) == (kept, sent) == (normal(text), sent)
    assert str(require(kept)) == kept
    assert require(sent).as_sent == sent


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_no_mail_can_go_to_is_no_address(text: str) -> None:
    assert parse(text) is None
    with pytest.raises(ValueError, match="no e-mail address"):
        require(text)
