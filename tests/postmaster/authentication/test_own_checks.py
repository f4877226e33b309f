"""Our own checks, against mail that is really signed and a name server that really answers."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator

import dkim
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.minidesk.models import Article
from otalink.postmaster.authentication import authenticate, lookups
from otalink.postmaster.intake import Delivery, Outcome, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OWN_CHECKS, RECEIVED_ABOVE, TRUSTED_SERVERS
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer, serving, text_record
from tests.support.pace import slower

pytestmark = pytest.mark.django_db

KEY = rsa.generate_private_key(65_537, 2_048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
SIGNER = "now._domainkey.customer.example"
# A public address, since hosts of private networks are our own.
HOST = "5.9.5.9"
RECEIVED = f"Received: from out.customer.example (out.customer.example [{HOST}]) by mx.desk.example; Mon, 23 Nov 2026"


_FORGED = b"From: ann@customer.example\r\n" + b"".join(
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example; s=now; h=from; bh=eA==; b=eA==\r\n"
    for _ in range(5)
)


@pytest.fixture
def names() -> Iterator[NameServer]:
    """The zone of a customer who signs, lists a host, and wants forgeries rejected."""
    records = {
        (SIGNER, "TXT"): [text_record(f"v=DKIM1; k=rsa; p={PUBLIC}")],
        ("customer.example", "TXT"): [
            text_record("some other text"),
            text_record("v=spf1 include:_spf.customer.example -all"),
        ],
        ("_spf.customer.example", "TXT"): [text_record(f"v=spf1 ip4:{HOST} a:out.customer.example mx -all")],
        ("out.customer.example", "A"): ["5.9.5.10"],
        ("_dmarc.customer.example", "TXT"): [text_record("v=DMARC1; p=reject; rua=mailto:x@customer.example")],
        ("now._domainkey.evil.example", "TXT"): [text_record(f"v=DKIM1; k=rsa; p={PUBLIC}")],
        ("evil.example", "TXT"): [text_record("v=spf1 +all")],
        ("now._domainkey.attacker.ac.pk", "TXT"): [text_record(f"v=DKIM1; k=rsa; p={PUBLIC}")],
    }
    store.set_value(OWN_CHECKS.name, True)
    with serving(records) as server:
        yield server


def _signed(raw: bytes, domain: str = "customer.example", **options: object) -> bytes:
    return bytes(dkim.sign(raw, b"now", domain.encode(), PEM, **options)) + raw


def _proof(raw: bytes, delivery: Delivery | None = None) -> Proof:
    return authenticate.of(parse(raw), delivery or Delivery()).proof


def test_a_mail_that_its_domain_signed_is_proven(names: NameServer) -> None:
    assert run(_signed(mail())).outcome is Outcome.NEW_TICKET
    article = Article.objects.get()
    assert (article.proof, article.proven_domain) == ("proven", "customer.example")
    assert article.proof_details == "dkim=pass customer.example, dmarc=pass customer.example"


def test_a_forged_mail_is_denied_by_the_domain_it_abuses(names: NameServer) -> None:
    run(mail())
    article = Article.objects.get()
    assert (article.proof, article.proof_details) == ("denied", "dkim=none, dmarc=fail customer.example")


@pytest.mark.parametrize(
    "forge",
    [
        lambda raw: raw.replace(b"on fire", b"on sale"),
        lambda raw: raw.replace(b"Subject: Printer", b"Subject: Invoice"),
        lambda raw: raw.replace(b"From: Ann Lee", b"From: Bob Lee"),
        lambda raw: raw.replace(b"d=customer.example", b"d=evil.example"),
        lambda raw: raw.replace(b"s=now", b"s=gone"),
        lambda raw: (
            b"DKIM-Signature: v=1; d=customer.example\r\n" + raw.partition(b"From:")[1] + raw.partition(b"From:")[2]
        ),
    ],
)
def test_a_signed_mail_that_was_changed_on_the_way_is_denied(names: NameServer, forge: object) -> None:
    assert _proof(forge(_signed(mail()))) is Proof.DENIED  # type: ignore[operator]


def test_a_signature_of_another_domain_proves_nothing(names: NameServer) -> None:
    assert _proof(_signed(mail(), "evil.example")) is Proof.DENIED
    assert _proof(_signed(_signed(mail()), "evil.example")) is Proof.PROVEN


def test_a_signature_of_another_university_under_one_public_suffix_proves_nothing(names: NameServer) -> None:
    forged = mail(sender="The Dean <dean@victim.ac.pk>")
    assert _proof(_signed(forged, "attacker.ac.pk")) is Proof.UNPROVEN
    assert _proof(_signed(mail(sender="Eve <eve@attacker.ac.pk>"), "attacker.ac.pk")) is Proof.PROVEN


def test_a_second_author_above_the_signed_one_is_not_proven(names: NameServer) -> None:
    assert _proof(b"From: ceo@customer.example\r\n" + _signed(mail())) is not Proof.PROVEN


def test_a_signature_over_the_beginning_only_does_not_vouch_for_the_rest(names: NameServer) -> None:
    assert _proof(_signed(mail(), length=True) + b"And click here.\r\n") is Proof.DENIED


def test_a_mail_from_a_host_of_the_domain_is_proven(names: NameServer) -> None:
    delivery = Delivery("ann@customer.example", client_ip=HOST, helo="out.customer.example")
    assert _proof(mail(), delivery) is Proof.PROVEN
    assert _proof(mail(), Delivery("ann@customer.example", client_ip="5.9.5.10")) is Proof.PROVEN
    assert _proof(mail(), Delivery("ann@customer.example", client_ip="5.9.5.99")) is Proof.DENIED


def test_a_host_that_may_use_another_domain_proves_nothing_about_this_one(names: NameServer) -> None:
    assert _proof(mail(), Delivery("bounces@evil.example", client_ip="5.9.5.99")) is Proof.DENIED


@pytest.mark.parametrize(
    ("received", "proof"),
    [
        (RECEIVED, Proof.PROVEN),
        (f"Received: from out.customer.example ([{HOST}] helo=out.customer.example) by mx.desk.example", Proof.PROVEN),
        (f"Received: from [{HOST}] (helo=[5.9.5.99]) by mx.desk.example", Proof.PROVEN),
        (f"Received: from [{HOST}] (unknown [5.9.5.99]) by mx.desk.example", Proof.DENIED),
        (f"Received: from [5.9.5.99] (helo=[{HOST}]) by mx.desk.example", Proof.DENIED),
        (f"Received: from evil.example ([5.9.5.99]) by mx.desk.example [{HOST}]", Proof.DENIED),
        (f"Received: by mx.desk.example [{HOST}]", Proof.DENIED),
        (f"Received: from [{HOST}] by us (unknown [5.9.5.99]) by mx.desk.example", Proof.DENIED),
        ("Received: from relay (relay [10.0.0.7]) by mx.desk.example", Proof.DENIED),
    ],
)
def test_behind_our_own_server_its_received_header_names_the_host(
    names: NameServer, received: str, proof: Proof
) -> None:
    raw = f"{received}\r\n".encode() + mail()
    assert _proof(raw, Delivery("ann@customer.example", client_ip="127.0.0.1")) is proof


def test_a_received_header_that_the_sender_wrote_is_not_looked_at(names: NameServer) -> None:
    ours = "Received: from evil.example ([5.9.5.99]) by mx.desk.example"
    raw = f"{ours}\r\n{RECEIVED}\r\n".encode() + mail()
    assert _proof(raw, Delivery("ann@customer.example")) is Proof.DENIED
    store.set_value(RECEIVED_ABOVE.name, 1)
    assert _proof(raw, Delivery("ann@customer.example")) is Proof.PROVEN


@pytest.mark.parametrize(
    ("policy", "author", "proof"),
    [
        ("v=DMARC1; p=none", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=quarantine", "ann@customer.example", Proof.DENIED),
        ("v=DMARC1; p=reject; sp=none", "ann@shop.customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=none; sp=reject", "ann@shop.customer.example", Proof.DENIED),
        ("v=DMARC2; p=reject", "ann@customer.example", Proof.UNPROVEN),
        ("p=reject", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1 ; P = REJECT", "ann@customer.example", Proof.DENIED),
        ("v=DMARC1; \xff; ;;= ;p=reject", "ann@customer.example", Proof.DENIED),
    ],
)
def test_what_the_domain_wants_done_decides_whether_a_forgery_is_denied(
    names: NameServer, policy: str, author: str, proof: Proof
) -> None:
    names.records["_dmarc.customer.example", "TXT"] = [text_record(policy)]
    assert _proof(mail(sender=author)) is proof


def test_two_policies_are_as_good_as_none(names: NameServer) -> None:
    names.records["_dmarc.customer.example", "TXT"] *= 2
    names.records["_dmarc.customer.example", "TXT"] = ['"v=DMARC1; p=reject"', '"v=DMARC1; p=quarantine"']
    assert _proof(mail()) is Proof.UNPROVEN


def test_a_strict_policy_takes_no_signature_of_a_sister_domain(names: NameServer) -> None:
    names.records["now._domainkey.shop.customer.example", "TXT"] = names.records[SIGNER, "TXT"]
    raw = _signed(mail(), "shop.customer.example")
    assert _proof(raw) is Proof.PROVEN
    names.records["_dmarc.customer.example", "TXT"] = ['"v=DMARC1; p=reject; adkim=s"']
    assert _proof(raw) is Proof.DENIED


def test_a_domain_without_any_record_is_not_proven(names: NameServer) -> None:
    assert _proof(mail(sender="ann@unknown.example"), Delivery("ann@unknown.example", client_ip=HOST)) is Proof.UNPROVEN


def test_while_the_dns_is_silent_the_mail_is_filed_undecided_within_five_seconds(names: NameServer) -> None:
    names.silent = True
    raw = _signed(_signed(mail()), "shop.customer.example")
    start = time.monotonic()
    assert run(raw, Delivery("ann@customer.example", client_ip=HOST)).outcome is Outcome.NEW_TICKET
    assert time.monotonic() - start < 5.5
    assert Article.objects.get().proof == "undecided"


def test_all_lookups_of_a_mail_share_their_time() -> None:
    allowed: list[float] = []

    def slow(_name: str, _kind: str, seconds: float) -> list[object]:
        allowed.append(seconds)
        time.sleep(0.2)
        return []

    few = lookups.Lookups(slow, seconds=0.5)
    with pytest.raises(lookups.DnsUnavailable):
        [few.find(f"n{number}.example", "TXT") for number in range(9)]
    assert len(allowed) == 3
    assert allowed == sorted(allowed, reverse=True)
    assert allowed[-1] < 0.2


def test_a_forger_cannot_use_the_time_up_with_name_servers_of_their_own(names: NameServer) -> None:
    raw = _signed(mail(), "evil.example")
    assert _proof(raw, Delivery("x@evil.example", client_ip="5.9.5.99")) is Proof.DENIED
    assert set(names.asked) == {"_dmarc.customer.example"}


def test_a_mail_cannot_make_us_ask_without_end(names: NameServer) -> None:
    signatures = [
        f"DKIM-Signature: v=1; a=rsa-sha256; d=d{n}.customer.example; s=s; h=from; bh=eA==; b=eA==" for n in range(500)
    ]
    _proof("\r\n".join([*signatures, ""]).encode() + mail())
    assert len(names.asked) < 20


def test_own_checks_are_off_unless_an_operator_turns_them_on(names: NameServer) -> None:
    store.reset(OWN_CHECKS.name)
    run(_signed(mail()))
    assert (Article.objects.get().proof, names.asked) == ("", [])


@pytest.mark.parametrize(
    "line",
    [
        "DKIM-Signature: ",
        "DKIM-Signature: v=1; a=rsa-sha256; d=\u00fc; s=now; h=from; bh=x; b=!",
        "DKIM-Signature: v=1; a=ed25519-sha256; d=customer.example; s=now; h=from; bh=eA==; b=eA==",
        "DKIM-Signature: v=1; a=rsa-sha256; d=customer.example; s=" + "s" * 300 + "; h=from; bh=eA==; b=eA==",
        "DKIM-Signature: " + ";" * 9_000,
    ],
)
def test_a_broken_signature_proves_nothing_and_harms_nobody(names: NameServer, line: str) -> None:
    assert _proof(f"{line}\r\n".encode() + mail()) is Proof.DENIED
    assert _proof(f"{line}\r\n".encode() + _signed(mail())) is Proof.PROVEN


def test_a_carriage_return_alone_smuggles_no_author_past_the_signature(names: NameServer) -> None:
    # To the signer's eye one header of no interest, to an eye that takes it for a line end a whole mail.
    smuggled = b"X-Note: x\rFrom: ceo@customer.example\rDKIM-Signature: d=customer.example\r\rPay them at once.\r\n"
    parsed = parse(smuggled + _signed(mail()))
    assert (parsed.author_address, parsed.text) == ("ann@customer.example", "The printer is on fire.")
    assert authenticate.of(parsed, Delivery()).proof is Proof.PROVEN


def test_an_author_in_front_of_more_headers_than_are_read_is_not_proven(names: NameServer) -> None:
    store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    checked = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=customer.example\r\n"
    raw = checked + b"From: ceo@customer.example\r\n" + b"X-Note: x\r\n" * 20_000 + mail()
    assert _proof(checked + mail()) is Proof.PROVEN
    assert _proof(raw) is Proof.UNPROVEN


def test_a_signature_that_leaves_the_author_out_proves_nothing(names: NameServer) -> None:
    raw = _signed_without_author(mail())
    assert dkim.DKIM(raw).verify(0, dnsfunc=lambda *_, **__: f"v=DKIM1; k=rsa; p={PUBLIC}".encode())
    assert _proof(raw) is Proof.DENIED


def _signed_without_author(raw: bytes) -> bytes:
    """A mail with a signature over its subject, which signers may not make."""
    head, _, body = raw.partition(b"\r\n\r\n")
    subject = next(line for line in head.split(b"\r\n") if line.startswith(b"Subject:"))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    line = f"DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=customer.example; s=now; h=subject; bh={digest}; b="
    signature = KEY.sign(subject + b"\r\n" + line.encode(), padding.PKCS1v15(), hashes.SHA256())
    return line.encode() + base64.b64encode(signature) + b"\r\n" + raw


def test_a_broken_header_keeps_no_signed_mail_from_being_filed(names: NameServer) -> None:
    for broken in (b" x\r\n", b"no header\r\n", b"\xff: x\r\n"):
        assert run(broken + _signed(mail())).outcome is Outcome.NEW_TICKET
        assert run(b"X: y\r\n" + broken + _signed(mail())).outcome is Outcome.NEW_TICKET


@pytest.mark.parametrize(
    "raw",
    [
        _FORGED + b"\r\n" + b" " * 5_000_000 + b"x\r\n",
        _FORGED + b"\r\n" + b"\n" * 10_000_000,
        _FORGED + b"X: y\r\n" + b" \r\n" * 500_000 + b"\r\nx",
        _FORGED.replace(b"h=from", b"h=from" + b" " * 500_000 + b"x") + b"\r\nx",
        _FORGED.replace(b"b=eA==", b"b=eA" + b" " * 200_000 + b"!") + b"\r\nx",
    ],
    ids=["spaces", "lines", "folds", "spaced names", "spaced signature"],
)
def test_a_signed_mail_made_to_take_long_does_not(names: NameServer, raw: bytes) -> None:
    parsed = parse(raw)
    started = time.thread_time()
    assert authenticate.of(parsed, Delivery()).proof in {Proof.DENIED, Proof.UNPROVEN}
    assert time.thread_time() - started < 5 * slower()


def test_a_forgery_too_large_to_check_is_a_forgery_all_the_same(names: NameServer) -> None:
    assert _proof(_FORGED + b"\r\n" + b"x" * 80 * 260_000) is Proof.DENIED
