"""What is done once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from otalink.maintenance.schedule import run_now
from otalink.oidc.models import AccessToken, AuthorizationCode, SignInCode, SigningKey
from tests.oidc import flow
from tests.oidc.flow import Party

pytestmark = pytest.mark.django_db


def test_codes_and_tokens_that_are_over_go(client: Browser, desk: Party) -> None:
    flow.exchange(desk, flow.answer(flow.sign_in(client, desk))["code"])
    flow.ask_for_code(client, desk)
    flow.run_mail()
    assert run_now("TendOpenIDProvider") == {"deleted": 0}
    AuthorizationCode.objects.update(created=timezone.now() - timedelta(days=2))
    SignInCode.objects.update(created=timezone.now() - timedelta(hours=1))
    assert run_now("TendOpenIDProvider") == {"deleted": 2}
    assert not AccessToken.objects.exists()


def test_no_keys_are_made_for_nobody(db: None) -> None:
    assert run_now("TendOpenIDProvider") == {"deleted": 0}
    assert not SigningKey.objects.exists()
