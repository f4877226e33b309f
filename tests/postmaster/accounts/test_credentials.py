"""What an account signs in with, as far as it can be read."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from otalink.postmaster.accounts.encryption import SecretUnreadable, decrypt
from tests.postmaster.accounts.support import problem_of
from tests.postmaster.conftest import Box

pytestmark = pytest.mark.django_db(transaction=True)


def test_another_secret_key_is_told_in_plain_words(box: Box, settings: Settings) -> None:
    account = box.account()
    settings.SECRET_KEY = "another" * 8
    with pytest.raises(SecretUnreadable):
        decrypt(account.secrets)
    assert "OTALINK_SECRET_KEY is another one now" in problem_of(account)
