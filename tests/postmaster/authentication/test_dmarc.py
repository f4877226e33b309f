"""DMARC: what a domain wants done with mail that nothing vouches for."""

from __future__ import annotations

import pytest

from otalink.desk.types import Proof
from otalink.postmaster.intake import Delivery
from tests.postmaster.authentication.customer_domain import HOST, SIGNER, proof_of, signed
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer, text_record

pytestmark = pytest.mark.django_db


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
    assert proof_of(mail(sender=author)) is proof


def test_two_policies_are_as_good_as_none(names: NameServer) -> None:
    names.records["_dmarc.customer.example", "TXT"] *= 2
    names.records["_dmarc.customer.example", "TXT"] = ['"v=DMARC1; p=reject"', '"v=DMARC1; p=quarantine"']
    assert proof_of(mail()) is Proof.UNPROVEN


def test_a_strict_policy_takes_no_signature_of_a_sister_domain(names: NameServer) -> None:
    names.records["now._domainkey.shop.customer.example", "TXT"] = names.records[SIGNER, "TXT"]
    raw = signed(mail(), "shop.customer.example")
    assert proof_of(raw) is Proof.PROVEN
    names.records["_dmarc.customer.example", "TXT"] = ['"v=DMARC1; p=reject; adkim=s"']
    assert proof_of(raw) is Proof.DENIED


def test_a_domain_without_any_record_is_not_proven(names: NameServer) -> None:
    assert (
        proof_of(mail(sender="ann@unknown.example"), Delivery("ann@unknown.example", client_ip=HOST)) is Proof.UNPROVEN
    )
