"""Whose word a follow-up is: one rule, for our own intake and for every filter that asks it.

An address in From and a number that can be counted are anybody's to write. What makes a mail the customer's own word
is a second proof: that it is from the domain of its author, or that it answers what only its author got from us.
"""

from __future__ import annotations

from dataclasses import dataclass

from otalink.desk.types import Proof, Standing


@dataclass(frozen=True)
class Facts:
    """What is known of a follow-up.

    `by_reader` is whether its author's address is that of somebody who may read the ticket, `proof` what checks say of
    that address. `answers_ours` is whether it refers to a random message id that we sent about this ticket to that
    same reader, `at_signed_address` whether it came to the reply address that we signed for them. `vouched` is whether
    an operator lets it in. With `needs_checks` a mail whose checks failed has no other way to be proven.
    """

    by_reader: bool
    proof: Proof = Proof.UNCHECKED
    answers_ours: bool = False
    at_signed_address: bool = False
    vouched: bool = False
    needs_checks: bool = False


def judge(facts: Facts) -> Standing:
    """Whose word a follow-up with these facts is."""
    if facts.proof is Proof.DENIED:
        # Whoever was forwarded our mail knows its message id; the domain's own word outranks what that proves.
        return Standing.DENIED
    if not facts.by_reader:
        return Standing.STRANGER
    if facts.proof is Proof.PROVEN or facts.vouched:
        return Standing.OWN
    if facts.proof is Proof.UNPROVEN and facts.needs_checks:
        return Standing.UNPROVEN
    return Standing.OWN if facts.answers_ours or facts.at_signed_address else Standing.UNPROVEN
