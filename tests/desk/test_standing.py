"""Whose word a follow-up is: the table of the two proofs, line by line."""

from __future__ import annotations

from itertools import product

import pytest

from otalink.desk.standing import Facts, judge
from otalink.desk.types import Proof, Standing

UNSETTLED = (Proof.UNCHECKED, Proof.UNPROVEN, Proof.UNDECIDED)


def test_a_proven_reader_needs_nothing_else() -> None:
    assert judge(Facts(by_reader=True, proof=Proof.PROVEN, needs_checks=True)) is Standing.OWN


@pytest.mark.parametrize("proof", UNSETTLED)
@pytest.mark.parametrize("second", ["answers_ours", "at_signed_address", "vouched"])
def test_a_reader_whom_nothing_proves_needs_a_second_proof(proof: Proof, second: str) -> None:
    assert judge(Facts(by_reader=True, proof=proof)) is Standing.UNPROVEN
    assert judge(Facts(by_reader=True, proof=proof, **{second: True})) is Standing.OWN


@pytest.mark.parametrize("facts", list(product([False, True], repeat=5)))
def test_what_the_domain_denies_is_never_anybody_s_word(facts: tuple[bool, ...]) -> None:
    by_reader, answers, at_address, vouched, needs_checks = facts
    assert judge(Facts(by_reader, Proof.DENIED, answers, at_address, vouched, needs_checks)) is Standing.DENIED


@pytest.mark.parametrize("proof", [*UNSETTLED, Proof.PROVEN])
def test_nothing_makes_a_stranger_the_customer(proof: Proof) -> None:
    assert judge(Facts(False, proof, answers_ours=True, at_signed_address=True, vouched=True)) is Standing.STRANGER


def test_where_checks_are_to_decide_what_failed_them_has_no_other_way() -> None:
    failed = Facts(True, Proof.UNPROVEN, answers_ours=True, at_signed_address=True, needs_checks=True)
    unchecked = Facts(True, Proof.UNCHECKED, answers_ours=True, needs_checks=True)
    assert (judge(failed), judge(unchecked)) == (Standing.UNPROVEN, Standing.OWN)


def test_one_click_makes_only_what_is_not_proven_the_customer_s() -> None:
    assert [standing for standing in Standing if standing.may_become_own] == [Standing.UNPROVEN]
    assert [standing for standing in Standing if standing.is_own] == [Standing.OWN]
    assert [standing for standing in Standing if not standing.reason] == [Standing.OWN]
