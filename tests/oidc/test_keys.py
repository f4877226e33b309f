"""The keys of ID tokens: kept, published before they sign, and after."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from otalink.oidc import keys
from otalink.oidc.models import SigningKey
from tests.oidc.flow import Party

pytestmark = pytest.mark.django_db


def published() -> set[str]:
    return {key["kid"] for key in keys.published()["keys"]}


def test_there_is_one_for_each_algorithm_and_it_stays(desk: Party) -> None:
    assert {key["alg"] for key in keys.published()["keys"]} == {"RS256", "EdDSA"}
    before = published()
    keys.ensure()
    assert published() == before


def test_what_is_published_is_the_public_half(desk: Party) -> None:
    response = Browser().get("/oidc/jwks")
    assert response["Cache-Control"] == "max-age=1800, public" or "max-age=1800" in response["Cache-Control"]
    for key in response.json()["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()
        assert key["use"] == "sig"


def test_a_private_key_is_stored_encrypted(desk: Party) -> None:
    assert not [row for row in SigningKey.objects.all() if '"d"' in row.private or '"d"' in str(row.public)]


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_two_days_after(desk: Party) -> None:
    old = str(keys.signing("RS256").kid)
    with time_machine.travel(timezone.now() + keys.LIFETIME, tick=False) as clock:
        keys.ensure()
        (new,) = SigningKey.objects.exclude(kid=old).filter(algorithm="RS256").values_list("kid", flat=True)
        assert {old, new} < published()
        assert keys.signing("RS256").kid == old
        keys.ensure()
        assert SigningKey.objects.filter(algorithm="RS256").count() == 2
        clock.shift(keys.PUBLISHED_BEFORE - timedelta(seconds=1))
        assert keys.signing("RS256").kid == old
        clock.shift(timedelta(seconds=1))
        assert keys.signing("RS256").kid == new
        clock.shift(keys.PUBLISHED_AFTER - timedelta(seconds=1))
        keys.purge()
        assert old in published()
        clock.shift(timedelta(seconds=1))
        keys.purge()
        assert old not in published()
        assert new in published()


def test_it_is_published_for_longer_than_a_client_keeps_what_it_saw() -> None:
    cache = timedelta(seconds=keys.CACHE_SECONDS)
    assert min(keys.PUBLISHED_BEFORE, keys.PUBLISHED_AFTER) > 2 * cache


def test_with_another_secret_key_there_are_other_keys_and_the_old_ones_sign_nothing(
    desk: Party, settings: Settings
) -> None:
    before = published()
    settings.SECRET_KEY = "another " * 8
    with pytest.raises(keys.NoKey):
        keys.signing("RS256")
    keys.ensure()
    assert str(keys.signing("RS256").kid) not in before
