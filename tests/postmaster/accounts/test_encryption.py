"""Secrets of mail accounts lie encrypted, and nowhere else."""

from __future__ import annotations

import pytest

from otalink.postmaster.accounts import commands, manage
from otalink.postmaster.accounts.encryption import decrypt, encrypt
from tests.postmaster.conftest import Box
from tests.support.dovecot import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_secrets_lie_encrypted_and_nowhere_else(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    account = box.account()
    assert PASSWORD not in account.secrets
    assert decrypt(account.secrets) == {"password": PASSWORD}
    assert encrypt({"password": "x"}) != encrypt({"password": "x"})
    assert PASSWORD not in str(commands.show(account.name)) + str(commands.list_all())
    manage.test_connection(account)
    assert PASSWORD not in "".join(capsys.readouterr())
