"""Our own checks, against mail that is really signed and a name server that really answers."""

from __future__ import annotations

import base64
import hashlib
import time

import dkim
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.minidesk.models import Article
from otalink.postmaster.authentication import authenticate
from otalink.postmaster.intake import Delivery, Outcome, run
from tests.postmaster.authentication.customer_domain import KEY, PUBLIC, proof_of, signed
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer
from tests.support.pace import slower

pytestmark = pytest.mark.django_db


_FORGED = b"From: ann@customer.example\r\n" + b"".join(
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example; s=now; h=from; bh=eA==; b=eA==\r\n"
    for _ in range(5)
)


def test_a_mail_that_its_domain_signed_is_proven(names: NameServer) -> None:
    assert run(signed(mail())).outcome is Outcome.NEW_TICKET
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
    assert proof_of(forge(signed(mail()))) is Proof.DENIED  # type: ignore[operator]


def test_a_signature_of_another_domain_proves_nothing(names: NameServer) -> None:
    assert proof_of(signed(mail(), "evil.example")) is Proof.DENIED
    assert proof_of(signed(signed(mail()), "evil.example")) is Proof.PROVEN


def test_a_signature_of_another_university_under_one_public_suffix_proves_nothing(names: NameServer) -> None:
    forged = mail(sender="The Dean <dean@victim.ac.pk>")
    assert proof_of(signed(forged, "attacker.ac.pk")) is Proof.UNPROVEN
    assert proof_of(signed(mail(sender="Eve <eve@attacker.ac.pk>"), "attacker.ac.pk")) is Proof.PROVEN


def test_a_signature_over_the_beginning_only_does_not_vouch_for_the_rest(names: NameServer) -> None:
    assert proof_of(signed(mail(), length=True) + b"And click here.\r\n") is Proof.DENIED


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
    assert proof_of(f"{line}\r\n".encode() + mail()) is Proof.DENIED
    assert proof_of(f"{line}\r\n".encode() + signed(mail())) is Proof.PROVEN


def test_a_signature_that_leaves_the_author_out_proves_nothing(names: NameServer) -> None:
    raw = _signed_without_author(mail())
    assert dkim.DKIM(raw).verify(0, dnsfunc=lambda *_, **__: f"v=DKIM1; k=rsa; p={PUBLIC}".encode())
    assert proof_of(raw) is Proof.DENIED


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
        assert run(broken + signed(mail())).outcome is Outcome.NEW_TICKET
        assert run(b"X: y\r\n" + broken + signed(mail())).outcome is Outcome.NEW_TICKET


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
    assert proof_of(_FORGED + b"\r\n" + b"x" * 80 * 260_000) is Proof.DENIED
