"""Whose signature counts for an author: by the records in the DNS, and no wider than the list of public suffixes."""

from __future__ import annotations

import pytest

from otalink.desk.types import Proof
from tests.postmaster.authentication.customer_domain import SIGNER, proof_of, signed
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer

pytestmark = pytest.mark.django_db
_REJECT = '"v=DMARC1; p=reject{}"'


def _proof(names: NameServer, signer: str, author: str, **psd_of: str) -> Proof:
    """What a mail is worth that `signer` signed, where these domains have records."""
    names.records[f"now._domainkey.{signer}", "TXT"] = names.records[SIGNER, "TXT"]
    for domain, psd in psd_of.items():
        tag = f"; psd={psd}" if psd else ""
        names.records[f"_dmarc.{domain.replace('_', '.')}", "TXT"] = [_REJECT.format(tag)]
    return proof_of(signed(mail(sender=f"Ann <ann@{author}>"), signer))


@pytest.mark.parametrize(
    ("signer", "author", "records", "proof"),
    [
        # Parts of one organisation speak for each other, unless one of them says that it is one by itself.
        ("shop.firm.example", "firm.example", {"firm_example": ""}, Proof.PROVEN),
        ("firm.example", "a.shop.firm.example", {"firm_example": ""}, Proof.PROVEN),
        ("a.firm.example", "b.firm.example", {"firm_example": ""}, Proof.PROVEN),
        ("a.firm.example", "firm.example", {"a_firm_example": "n", "firm_example": ""}, Proof.DENIED),
        ("firm.example", "a.firm.example", {"a_firm_example": "n", "firm_example": ""}, Proof.DENIED),
        # Neighbours under a suffix that says it is one do not.
        ("mega.bank.example", "giant.bank.example", {"bank_example": "y"}, Proof.DENIED),
        ("mail.giant.bank.example", "giant.bank.example", {"bank_example": "y"}, Proof.PROVEN),
        # Nor where the suffix has a record and does not say so, and only the list knows it for one.
        ("attacker.duckdns.org", "victim.duckdns.org", {"duckdns_org": ""}, Proof.DENIED),
        ("attacker.duckdns.org", "duckdns.org", {"duckdns_org": ""}, Proof.DENIED),
        ("duckdns.org", "victim.duckdns.org", {"duckdns_org": ""}, Proof.PROVEN),
        ("mail.victim.duckdns.org", "victim.duckdns.org", {"duckdns_org": ""}, Proof.PROVEN),
        ("attacker.ac.pk", "victim.ac.pk", {"ac_pk": ""}, Proof.DENIED),
        # A top-level domain of one owner says that all below it is theirs.
        ("mail.brand", "shop.brand", {"brand": "n"}, Proof.PROVEN),
        ("mail.brand", "shop.brand", {"brand": ""}, Proof.DENIED),
    ],
)
def test_the_dns_says_who_belongs_together(
    names: NameServer, signer: str, author: str, records: dict[str, str], proof: Proof
) -> None:
    assert _proof(names, signer, author, **records) is proof


@pytest.mark.parametrize(
    ("signer", "author", "proof"),
    [
        ("shop.firm.example", "firm.example", Proof.PROVEN),
        ("firm.example", "shop.firm.example", Proof.PROVEN),
        ("attacker.ac.pk", "victim.ac.pk", Proof.UNPROVEN),
        ("firm.example", "other.example", Proof.UNPROVEN),
    ],
)
def test_where_nobody_has_a_record_the_list_of_public_suffixes_says_it(
    names: NameServer, signer: str, author: str, proof: Proof
) -> None:
    assert _proof(names, signer, author) is proof
