"""Who wrote a mail, and to whom."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, mail


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ("ann@x.example", "ann@x.example", ""),
        ("Ann Lee <ann@x.example>", "ann@x.example", "Ann Lee"),
        ('"Lee, Ann" <ann@x.example>', "ann@x.example", "Lee, Ann"),
        ("Lee, Ann <ann@x.example>", "ann@x.example", "Lee, Ann"),
        ("=?utf-8?q?M=C3=BCller?=, =?utf-8?q?J=C3=B6rg?= <j@x.example>", "j@x.example", "Müller, Jörg"),
        (r'"Ann \"Annie\" Lee" <ann@x.example>', "ann@x.example", 'Ann "Annie" Lee'),
        ("=?utf-8?q?J=C3=B6rg?= <j@x.example>", "j@x.example", "Jörg"),
        ("=?utf-8?Q?M=C3=BCller,_Hans?= <h@x.example>", "h@x.example", "Müller, Hans"),
        ('"=?utf-8?q?J=C3=B6rg?=" <j@x.example>', "j@x.example", "Jörg"),
        ("ann@x.example (Ann Lee)", "ann@x.example", "Ann Lee"),
        ("Ann (the (real) one) <ann@x.example>", "ann@x.example", "Ann"),
        ("<<ann@x.example>>", "ann@x.example", ""),
        ("Ann Lee ann@x.example", "ann@x.example", "Ann Lee"),
        ('"Ann Lee <ann@x.example>', "ann@x.example", "Ann Lee"),
        ("<mailto:ann@x.example>", "ann@x.example", ""),
        ("<@relay.example,@b.example:ann@x.example>", "ann@x.example", ""),
        ("'ann@x.example'", "ann@x.example", ""),
        ("Ann@X.Example.", "Ann@X.Example", ""),
        ('"a b"@x.example', '"a b"@x.example', ""),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]", ""),
        ("jörg@bücher.example", "jörg@bücher.example", ""),
        ("foo..bar@x.example", "foo..bar@x.example", ""),
        ("Pete(A wonderful \\) chap) <pete(his account)@silly.test(his host)>", "pete@silly.test", "Pete"),
        ("Friends: Ann <ann@x.example>, bob@x.example;", "ann@x.example", "Ann"),
        ("Ann Lee <ann@x.example>:<eve@y.example>", "ann@x.example", "Ann Lee"),
        ("undisclosed-recipients:;", "", ""),
        ("Ann Lee", "", "Ann Lee"),
        ('"Lee, Ann"', "", "Lee, Ann"),
        ("=?utf-8?q?J=C3=B6rg?=", "", "Jörg"),
        ("Ann Lee <ann>", "", "Ann Lee"),
        ("Ann Lee <>", "", "Ann Lee"),
        ("Ann Lee <ann@>", "", "Ann Lee"),
        ("<MAILER-DAEMON>", "", "MAILER-DAEMON"),
        ("MAILER-DAEMON (Mail Delivery System)", "", "Mail Delivery System"),
        ("<ann lee@x.example>", "", ""),
        ("Ann <ann lee@x.example>", "", "Ann"),
        ("<x.example ann@x.example>", "", ""),
        ("Ann <ann\tlee@x.example>", "", "Ann"),
        ("Ann <ann\r\n lee@x.example>", "", "Ann"),
        ("Ann <ann . lee @ x . example>", "ann.lee@x.example", "Ann"),
        ("Ann Lee <ann@x.example> Bob Ray <bob@x.example>", "ann@x.example", "Ann Lee"),
        ("Ann Lee <ann@x.example> bob@x.example", "ann@x.example", "Ann Lee"),
        ("<ann@x.example> <bob@x.example>", "ann@x.example", ""),
        ('"Ann Lee"<ann@x.example>"Bob Ray"<bob@x.example>', "ann@x.example", "Ann Lee"),
        ("<ann@x.example> Ann Lee", "ann@x.example", "Ann Lee"),
        ("=?utf-8?q?J=C3=B6rg?=jo@x.example", "jo@x.example", "Jörg"),
        ("=?utf-8?q?J=C3=B6rg?= jo@x.example", "jo@x.example", "Jörg"),
        ("=?utf-8?q?jo=40x.example?=", "jo@x.example", ""),
        ("ann@old@x.example", "", ""),
        ("Ann Lee) <ann@x.example>", "ann@x.example", "Ann Lee)"),
        ("Ann <ann@x.example> via List", "ann@x.example", "Ann via List"),
        ("<>", "", ""),
        ("ann@", "", ""),
        ("@x.example", "", ""),
        ("", "", ""),
        ("a" * 300 + "@x.example", "", ""),
        ("ann\0@x.example", "ann@x.example", ""),
        ("ann\u200b@x.example", "", ""),
        ("Ann \u202eeeL <ann@x.example>", "ann@x.example", "Ann eeL"),
        ("=?utf-8?q?Ann=E2=80=AE_Lee?= <ann@x.example>", "ann@x.example", "Ann Lee"),
    ],
)
def test_an_author_is_found_in_every_form_of_from(written: str, address: str, name: str) -> None:
    mail = parse(headers(f"From: {written}"))
    assert (mail.author_address, mail.author_name) == (address, name)


def test_of_several_authors_the_first_valid_one_counts() -> None:
    """Regression 9: the reference takes the last."""
    mail = parse(headers("From: nobody, Ann <ann@x.example>, Bob <bob@x.example>", "Sender: carl@x.example"))
    assert (mail.author_address, mail.author_name) == ("ann@x.example", "Ann")


def test_of_several_from_headers_the_first_valid_one_counts() -> None:
    mail = parse(headers("From: broken", "From: ann@x.example", "From: bob@x.example"))
    assert mail.author_address == "ann@x.example"


def test_sender_counts_only_where_from_holds_nobody() -> None:
    assert parse(headers("From: broken", "Sender: carl@x.example")).author_address == "carl@x.example"
    assert parse(headers("Sender: carl@x.example", "From: a@x.example")).author_address == "a@x.example"


def test_recipients_come_from_every_header_that_names_them_each_once() -> None:
    mail = parse(
        headers(
            "To: Support <Support@x.example>, b@x.example",
            "Cc: Team: c@x.example, support@x.example;",
            "Delivered-To: d@x.example",
            "X-Original-To: e@x.example",
            "Envelope-To: f@x.example",
            "Resent-To: g@x.example",
        )
    )
    assert mail.recipients == tuple(f"{who}@x.example" for who in ("g", "f", "support", "b", "c", "d", "e"))


def test_to_and_cc_are_kept_as_readable_text() -> None:
    mail = parse(headers("To: =?utf-8?q?J=C3=B6rg?= <j@x.example>", "Cc: a@x.example,\r\n b@x.example"))
    assert (mail.to, mail.cc) == ("Jörg <j@x.example>", "a@x.example, b@x.example")


def test_colons_and_quotes_inside_an_address_belong_to_it() -> None:
    for written in ('":"@x.example', '"\\" a"@x.example', "a@[IPv6:2001:db8::1]"):
        assert parse(headers(f"From: {written}")).author_address == written
        assert parse(headers(f"From: Ann <{written}>")).author_address == written


def test_the_first_of_authors_without_a_comma_wrote_the_mail() -> None:
    assert parse(mail(sender="tim@x.example ann@x.example")).author_address == "tim@x.example"


def test_recipients_without_a_comma_are_all_found() -> None:
    mail = parse(headers("To: Support <support@x.example> Ann <ann@x.example> bob@x.example (Bob), <c@x.example>"))
    assert mail.recipients == tuple(f"{who}@x.example" for who in ("support", "ann", "bob", "c"))


def test_a_sender_counts_with_its_own_name_where_from_has_no_address() -> None:
    mail = parse(headers("From: Ann Lee", "Sender: Carl <carl@x.example>"))
    assert (mail.author_address, mail.author_name) == ("carl@x.example", "Carl")
