"""`Authentication-Results` are believed of our own servers alone, and only where no sender can have put them."""

from __future__ import annotations

import pytest

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.minidesk.models import Article
from otalink.postmaster.authentication import authenticate
from otalink.postmaster.intake import Delivery, run
from otalink.postmaster.models import JournalEntry
from otalink.sysconfig import store
from otalink.sysconfig.declarations import RECEIVED_ABOVE, TRUSTED_SERVERS
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import headers, mail

pytestmark = pytest.mark.django_db
OURS = "mx.desk.example"
PASSED = f"Authentication-Results: {OURS}; dmarc=pass (p=reject dis=none) header.from=customer.example"
FAILED = f"Authentication-Results: {OURS}; dmarc=fail (p=reject) header.from=customer.example"
RECEIVED = "Received: from out.customer.example ([192.0.2.2]) by mx.desk.example; Mon, 23 Nov 2026 10:00:00 +0000"
FROM = ("From: Ann Lee <ann@customer.example>", "Subject: Printer")


@pytest.fixture(autouse=True)
def _our_border() -> None:
    store.set_value(TRUSTED_SERVERS.name, OURS)


def _proof(*lines: str) -> Proof:
    return authenticate.of(parse(headers(*lines)), Delivery()).proof


def _result(text: str) -> Proof:
    return _proof(f"Authentication-Results: {OURS}; {text}", RECEIVED, *FROM)


def test_without_trusted_servers_nothing_is_known() -> None:
    store.reset(TRUSTED_SERVERS.name)
    assert _proof(PASSED, RECEIVED, *FROM) is Proof.UNCHECKED


@pytest.mark.parametrize(
    ("text", "proof"),
    [
        ("dmarc=pass (p=none dis=none) header.from=customer.example", Proof.PROVEN),
        ("dmarc=pass header.from=CUSTOMER.example.", Proof.PROVEN),
        ("dmarc=pass action=none header.from=ann@customer.example", Proof.PROVEN),
        ("dkim=pass header.d=customer.example header.s=a header.b=xyz", Proof.PROVEN),
        ("dkim=pass header.i=@mail.customer.example", Proof.PROVEN),
        ("dkim=fail header.d=other.example;\r\n\tdkim=pass header.d=customer.example", Proof.PROVEN),
        ("dkim=pass (2048-bit key; unprotected) header.d=customer.example", Proof.PROVEN),
        ("DKIM = PASS header.d = customer.example", Proof.PROVEN),
        ("dkim/1 = pass header.d=customer.example", Proof.PROVEN),
        ("spf=pass smtp.mailfrom=bounces@mail.customer.example", Proof.PROVEN),
        ("spf=pass smtp.mailfrom=customer.example", Proof.PROVEN),
        ("dmarc=pass header.from=other.example", Proof.UNPROVEN),
        ("dmarc=pass", Proof.UNPROVEN),
        ("dkim=pass header.d=other.example", Proof.UNPROVEN),
        ("dkim=pass header.d=example", Proof.UNPROVEN),
        ("spf=pass smtp.helo=customer.example", Proof.UNPROVEN),
        ("spf=softfail smtp.mailfrom=customer.example", Proof.UNPROVEN),
        ("dmarc=fail (p=none dis=none) header.from=customer.example", Proof.UNPROVEN),
        ("dmarc=fail (p=none); dkim=pass header.d=customer.example", Proof.PROVEN),
        ("dmarc=fail (p=NONE) header.from=customer.example; dkim=pass header.d=customer.example", Proof.UNPROVEN),
        ("dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=customer.example", Proof.DENIED),
        ("dmarc=fail (policy=quarantine) header.from=customer.example", Proof.DENIED),
        ("dmarc=fail action=oreject header.from=customer.example", Proof.DENIED),
        ("dmarc=fail (p=reject) header.from=other.example", Proof.UNPROVEN),
        ("dkim=temperror header.d=customer.example; spf=none", Proof.UNDECIDED),
        ("dkim=temperror header.d=evil.example; spf=none", Proof.UNPROVEN),
        ("none", Proof.UNCHECKED),
        ("auth=pass smtp.auth=ann", Proof.UNCHECKED),
    ],
)
def test_the_result_is_read_as_it_was_meant(text: str, proof: Proof) -> None:
    assert _result(text) is proof


@pytest.mark.parametrize(
    "text",
    [
        'spf=pass smtp.mailfrom="x smtp.mailfrom=ceo@customer.example"@evil.example',
        'spf=pass smtp.mailfrom="; dmarc=pass header.from=customer.example; "@evil.example',
        "spf=pass smtp.mailfrom=a@evil.example smtp.mailfrom=b@customer.example",
        "spf=fail (helo=x; dkim=pass header.d=customer.example) smtp.mailfrom=evil.example",
        "spf=fail (a (b) ; dkim=pass header.d=customer.example) smtp.mailfrom=evil.example",
        "spf=fail (a \\) ; dkim=pass header.d=customer.example) smtp.mailfrom=evil.example",
        'dkim=fail reason="signed; dkim=pass header.d=customer.example" header.d=evil.example',
        "dkim=pass xheader.d=customer.example header.d=evil.example",
        "dkim=pass header.d=customer.example.evil.example",
        "dkim=pass header.d=evilcustomer.example",
    ],
)
def test_what_a_sender_hides_in_comments_quotes_and_names_proves_nothing(text: str) -> None:
    assert _result(text) is Proof.UNPROVEN


@pytest.mark.parametrize(
    "text", ["dkim=pass (a header.d=customer.example", 'dkim=pass "header.d=customer.example', ")"]
)
def test_a_header_that_is_cut_or_not_balanced_is_not_believed(text: str) -> None:
    assert _result(text) is Proof.UNCHECKED


@pytest.mark.parametrize(
    "name",
    [
        "mx.evil.example",
        "mx.desk.example.evil.example",
        "xmx.desk.example",
        "(mx.desk.example)",
        "",
        "dkim=pass",
        "=?utf-8?q?mx.desk.example?=",
        "mx.evil.example mx.desk.example",
    ],
)
def test_a_header_under_another_name_is_not_believed(name: str) -> None:
    line = f"Authentication-Results: {name}; dmarc=pass header.from=customer.example"
    assert _proof(line, RECEIVED, *FROM) is Proof.UNCHECKED


@pytest.mark.parametrize("name", ["MX.Desk.Example", "mx.desk.example 1", '"mx.desk.example"', "(by) mx.desk.example"])
def test_our_name_is_known_in_every_form_that_the_standard_allows(name: str) -> None:
    line = f"authentication-results: {name}; dmarc=pass header.from=customer.example"
    assert _proof(line, RECEIVED, *FROM) is Proof.PROVEN


def test_a_forged_header_below_the_received_of_our_border_is_not_believed() -> None:
    assert _proof(RECEIVED, PASSED, *FROM) is Proof.UNCHECKED
    assert _proof(FAILED, RECEIVED, PASSED, *FROM) is Proof.DENIED
    assert _proof(RECEIVED, *FROM, PASSED) is Proof.UNCHECKED


def test_with_servers_of_ours_in_between_the_header_may_stand_further_down_but_not_lower() -> None:
    store.set_value(RECEIVED_ABOVE.name, 1)
    assert _proof(RECEIVED, PASSED, RECEIVED, *FROM) is Proof.PROVEN
    assert _proof(RECEIVED, RECEIVED, PASSED, *FROM) is Proof.UNCHECKED


def test_of_two_headers_that_name_a_method_the_upper_one_counts() -> None:
    assert _proof(FAILED, PASSED, RECEIVED, *FROM) is Proof.DENIED
    spf = f"Authentication-Results: {OURS}; spf=fail smtp.mailfrom=evil.example"
    assert _proof(spf, PASSED, RECEIVED, *FROM) is Proof.PROVEN


def test_a_header_without_a_name_is_believed_only_where_a_dash_stands_for_it() -> None:
    line = (
        "Authentication-Results: spf=fail smtp.mailfrom=x.example; dmarc=pass action=none header.from=customer.example"
    )
    assert _proof(line, RECEIVED, *FROM) is Proof.UNCHECKED
    store.set_value(TRUSTED_SERVERS.name, "-")
    assert _proof(line, RECEIVED, *FROM) is Proof.PROVEN
    assert _proof(PASSED, RECEIVED, *FROM) is Proof.UNCHECKED


@pytest.mark.parametrize(
    "lines",
    [
        ("From: ann@customer.example, eve@evil.example",),
        ("From: ann@customer.example", "From: eve@evil.example"),
        ("From: eve@evil.example", "From: ann@customer.example"),
        ("Sender: ann@customer.example",),
        (),
    ],
)
def test_a_mail_without_exactly_one_author_is_never_proven(lines: tuple[str, ...]) -> None:
    assert _proof(PASSED, RECEIVED, *lines) is Proof.UNPROVEN


def test_an_international_domain_is_the_same_in_both_forms() -> None:
    line = f"Authentication-Results: {OURS}; dmarc=pass header.from=xn--bcher-kva.example"
    assert _proof(line, RECEIVED, "From: ann@b\u00fccher.example") is Proof.PROVEN


def test_the_result_is_kept_with_the_article_and_in_the_journal() -> None:
    run(f"{PASSED}\r\n{RECEIVED}\r\n".encode() + mail())
    article, entry = Article.objects.get(), JournalEntry.objects.get()
    assert (article.proof, article.proven_domain) == ("proven", "customer.example")
    assert article.proof_details == "dmarc=pass customer.example"
    assert entry.authentication == "proven: customer.example (dmarc=pass customer.example)"


@pytest.mark.parametrize("value", ["mx desk=1", "a;b", "(x)", "user@desk.example", 'a"b'])
def test_what_is_no_name_of_a_server_is_refused(value: str) -> None:
    with pytest.raises(InvalidValue):
        store.set_value(TRUSTED_SERVERS.name, value)


@pytest.mark.parametrize(
    "junk", ["(" * 20_000, ";" * 20_000, '"' * 19_999, "a.b=" * 5_000, "dkim=pass " * 3_000, "\\" * 9]
)
def test_endless_headers_are_read_in_no_time(junk: str) -> None:
    assert _result(junk) in Proof
