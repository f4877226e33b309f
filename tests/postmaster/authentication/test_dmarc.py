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


@pytest.mark.parametrize(
    ("policy", "author", "proof"),
    [
        # `np` is about subdomains that are not there, `sp` about those that are.
        ("v=DMARC1; p=none; np=reject", "ann@gone.customer.example", Proof.DENIED),
        ("v=DMARC1; p=none; np=reject", "ann@out.customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=none; np=reject", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=reject; sp=reject; np=none", "ann@gone.customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=reject; sp=none; np=reject", "ann@out.customer.example", Proof.UNPROVEN),
        # A name without records that has names below it is there (RFC 8020).
        ("v=DMARC1; p=none; np=reject", "ann@_domainkey.customer.example", Proof.UNPROVEN),
        # Who is testing wants one step less.
        ("v=DMARC1; p=quarantine; t=y", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=reject; t=y", "ann@customer.example", Proof.DENIED),
        ("v=DMARC1; p=none; np=quarantine; t=y", "ann@gone.customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=reject; t=n", "ann@customer.example", Proof.DENIED),
        # What the older standard asked for by a share of mails is no tag any more.
        ("v=DMARC1; p=reject; pct=0", "ann@customer.example", Proof.DENIED),
        # A broken policy asks for reports at most.
        ("v=DMARC1; p=refuse; rua=mailto:x@customer.example", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=reject; sp=refuse; rua=mailto:x@customer.example", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1; sp=reject", "ann@shop.customer.example", Proof.UNPROVEN),
        ("v=dmarc1; p=reject", "ann@customer.example", Proof.UNPROVEN),
        ("v=DMARC1; p=reject; p=none", "ann@customer.example", Proof.DENIED),
    ],
)
def test_policies_of_rfc_9989(names: NameServer, policy: str, author: str, proof: Proof) -> None:
    names.records["_dmarc.customer.example", "TXT"] = [text_record(policy)]
    assert proof_of(mail(sender=author)) is proof


def test_the_policy_of_a_public_suffix_holds_where_nobody_below_has_one(names: NameServer) -> None:
    names.records["_dmarc.bank.example", "TXT"] = ['"v=DMARC1; p=none; sp=reject; psd=y"']
    names.records["giant.bank.example", "A"] = ["192.0.2.1"]
    assert proof_of(mail(sender="ann@mail.giant.bank.example")) is Proof.DENIED
    names.records["_dmarc.giant.bank.example", "TXT"] = ['"v=DMARC1; p=none"']
    assert proof_of(mail(sender="ann@mail.giant.bank.example")) is Proof.UNPROVEN


def test_the_policy_of_the_organisation_holds_not_that_of_a_domain_between(names: NameServer) -> None:
    names.records["_dmarc.shop.customer.example", "TXT"] = ['"v=DMARC1; p=none"']
    assert proof_of(mail(sender="ann@a.shop.customer.example")) is Proof.DENIED
    assert proof_of(mail(sender="ann@shop.customer.example")) is Proof.UNPROVEN


def test_a_record_that_only_asks_for_reports_is_none_for_mail_and_the_signature_counts_by_itself(
    names: NameServer,
) -> None:
    names.records["_dmarc.customer.example", "TXT"] = ['"v=DMARC1; adkim=s"']
    names.records["now._domainkey.shop.customer.example", "TXT"] = names.records[SIGNER, "TXT"]
    assert proof_of(signed(mail(), "shop.customer.example")) is Proof.PROVEN


def test_what_cannot_be_looked_up_now_leaves_the_mail_undecided(names: NameServer) -> None:
    names.lame = "_dmarc.customer.example"
    assert proof_of(mail()) is Proof.UNDECIDED
    assert proof_of(signed(mail())) is Proof.PROVEN
