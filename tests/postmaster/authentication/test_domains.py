"""Which domains belong to one organisation."""

from __future__ import annotations

import pytest

from otalink.postmaster.authentication.domains import is_aligned, of_address


@pytest.mark.parametrize(
    ("domain", "other", "aligned"),
    [
        ("customer.example", "customer.example", True),
        ("mail.customer.example", "customer.example", True),
        ("a.customer.co.uk", "b.customer.co.uk", True),
        ("customer.example", "other.example", False),
        ("customer.co.uk", "other.co.uk", False),
        ("co.uk", "customer.co.uk", False),
        ("example", "customer.example", False),
        ("ann.github.io", "bob.github.io", False),
        # A list of 2024 takes everybody under ac.pk for one organisation.
        ("attacker.ac.pk", "victim.ac.pk", False),
        ("mail.victim.ac.pk", "victim.ac.pk", True),
        ("evilcustomer.example", "customer.example", False),
        ("customer.example.evil.example", "customer.example", False),
        ("", "", False),
        ("", "customer.example", False),
    ],
)
def test_domains_are_aligned_within_one_organisation(domain: str, other: str, aligned: bool) -> None:
    assert is_aligned(domain, other) is aligned
    assert is_aligned(other, domain) is aligned


def test_strict_alignment_takes_the_same_domain_only() -> None:
    assert is_aligned("customer.example", "customer.example", strict=True)
    assert not is_aligned("mail.customer.example", "customer.example", strict=True)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("Ann@Customer.Example", "customer.example"),
        ("@customer.example", "customer.example"),
        ("customer.example.", "customer.example"),
        ("<ann@customer.example>", "customer.example"),
        ("ann@b\u00fccher.example", "xn--bcher-kva.example"),
        # Another domain than strasse.example, whoever signs for that.
        ("ann@stra\u00dfe.example", "xn--strae-oqa.example"),
        ('"a@b.example"@c.example', "c.example"),
        ("ann@" + "x" * 70 + ".example", ""),
        ("ann@" + "\u00fc." * 5_000, ""),
        ("ann@a..b", ""),
        ("", ""),
    ],
)
def test_the_domain_of_an_address_is_in_the_form_of_the_dns(address: str, domain: str) -> None:
    assert of_address(address) == domain
