"""Mails and zones that somebody made to break the checks; `make fuzz` looks for more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from otalink.desk.types import Proof
from otalink.postmaster.delivery import Delivery
from tests.postmaster.authentication.customer_domain import PUBLIC, signed
from tests.postmaster.builders import mail
from tests.postmaster.fuzz.sender_checks import check_attack, check_forgery, proof_of
from tests.postmaster.fuzz.senders import AUTHOR, Attack, Zone, attacks, forgeries

pytestmark = pytest.mark.django_db
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@given(attacks())
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=_SLOW)
def test_no_mail_and_no_zone_makes_the_checks_raise_or_run_long(attack: Attack) -> None:
    check_attack(attack)


@given(forgeries())
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=_SLOW)
def test_no_mail_that_was_changed_after_it_was_signed_is_proven(attack: Attack) -> None:
    check_forgery(attack)


def test_what_those_are_made_of_is_proven_before_it_is_changed() -> None:
    records: dict[tuple[str, str], list[object]] = {(f"now._domainkey.{AUTHOR}", "TXT"): [f"p={PUBLIC}".encode()]}
    assert proof_of(Attack(signed(mail()), Delivery(), Zone(records))) is Proof.PROVEN
