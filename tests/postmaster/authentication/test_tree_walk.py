"""Where an organisation ends, by the records of RFC 9989, among them the examples of its appendix B.4."""

from __future__ import annotations

import pytest

from otalink.postmaster.authentication import tree_walk
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.authentication.tree_walk import Organisation
from tests.support.name_server import NameServer, serving


def _zone(**psd_of: str) -> dict[tuple[str, str], list[str]]:
    """Records by domain, with underscores for dots, and what each says of itself."""
    records = {}
    for name, psd in psd_of.items():
        tag = f"; psd={psd}" if psd else ""
        records[f"_dmarc.{name.replace('_', '.')}", "TXT"] = [f'"v=DMARC1; p=reject{tag}"']
    return records


def _organisation(names: NameServer, domain: str) -> Organisation:
    return tree_walk.organisation(domain, list(tree_walk.walk(domain, Lookups())))


@pytest.mark.parametrize(
    ("domain", "records", "organisation"),
    [
        ("a.mail.example.com", {"mail_example_com": "", "example_com": ""}, "example.com"),
        ("a.mail.example.com", {"mail_example_com": "n", "example_com": ""}, "mail.example.com"),
        ("a.mail.example.com", {"example_com": "y"}, "mail.example.com"),
        ("a.mail.example.com", {}, "a.mail.example.com"),
        ("signing.example.com", {"signing_example_com": "", "example_com": ""}, "example.com"),
        ("giant.bank.example", {"giant_bank_example": "", "bank_example": "y"}, "giant.bank.example"),
        ("mail.giant.bank.example", {"giant_bank_example": "", "bank_example": "y"}, "giant.bank.example"),
        ("mail.mega.bank.example", {"giant_bank_example": "", "bank_example": "y"}, "mega.bank.example"),
        # A suffix writes mail too: it is no organisation below itself.
        ("bank.example", {"bank_example": "y"}, "bank.example"),
        ("a.example.com", {"example_com": "x"}, "example.com"),
        ("a.example.com", {"example_com": "", "com": "y"}, "example.com"),
        ("a.b.c.d.e.f.g.h.i.j.k.example.com", {"example_com": ""}, "example.com"),
        ("a.b.c.d.e.f.g.h.i.j.k.example.com", {"com": "y"}, "example.com"),
        # What a long name hides behind its eight questions is not seen (RFC 9989, 4.8).
        ("mail.a.b.c.d.e.f.g.example.com", {"b_c_d_e_f_g_example_com": "n", "example_com": ""}, "example.com"),
    ],
)
def test_the_records_say_where_an_organisation_ends(domain: str, records: dict[str, str], organisation: str) -> None:
    with serving(_zone(**records)) as names:
        assert _organisation(names, domain).domain == organisation
        assert len(names.asked) <= 8


def test_a_long_name_is_asked_about_eight_times_and_which_the_standard_says() -> None:
    with serving({}) as names:
        _organisation(names, "a.b.c.d.e.f.g.h.i.j.mail.example.com")
    assert names.asked == [
        "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "_dmarc.g.h.i.j.mail.example.com",
        "_dmarc.h.i.j.mail.example.com",
        "_dmarc.i.j.mail.example.com",
        "_dmarc.j.mail.example.com",
        "_dmarc.mail.example.com",
        "_dmarc.example.com",
        "_dmarc.com",
    ]


@pytest.mark.parametrize(("labels", "asked"), [(1, 1), (2, 2), (7, 7), (8, 8), (9, 8), (60, 8)])
def test_the_number_of_questions_follows_the_labels_up_to_eight(labels: int, asked: int) -> None:
    assert len(tree_walk.targets(".".join(["x"] * labels))) == asked


def test_the_walk_ends_where_a_record_says_so() -> None:
    with serving(_zone(mail_example_com="n", example_com="")) as names:
        assert _organisation(names, "a.mail.example.com") == Organisation("mail.example.com", declared=True)
    assert names.asked == ["_dmarc.a.mail.example.com", "_dmarc.mail.example.com"]
