"""Mail accounts: find, add, test, enable, disable, delete."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from otalink.postmaster.accounts.credentials import keep_secrets
from otalink.postmaster.accounts.mailbox import open_mailbox
from otalink.postmaster.accounts.models import MailAccount
from otalink.sysconfig.setting import InvalidValue


class AccountUnknown(LookupError):
    """There is no mail account of that name."""


def find(name: str) -> MailAccount:
    """The account of that name.

    Raises:
        AccountUnknown
    """
    account = MailAccount.objects.filter(name=name).first()
    if account is None:
        raise AccountUnknown(f"no mail account {name!r}")
    return account


def add(secrets: dict[str, str], **values: Any) -> MailAccount:
    """A new account with these fields; the secrets are stored encrypted.

    Raises:
        InvalidValue: naming what is wrong.
    """
    account = prepare(secrets, **values)
    account.save()
    return account


def prepare(secrets: dict[str, str], **values: Any) -> MailAccount:
    """The same without saving it: nobody fetches from it yet.

    Raises:
        InvalidValue: naming what is wrong.
    """
    account = MailAccount(**values)
    keep_secrets(account, **{name: secret for name, secret in secrets.items() if secret})
    try:
        account.full_clean()
    except ValidationError as error:
        reasons = (f"{field}: {' '.join(words)}" for field, words in error.message_dict.items())
        raise InvalidValue("; ".join(reasons)) from None
    return account


def change_secrets(account: MailAccount, **secrets: str) -> None:
    """Store other secrets; tokens that were got with the old ones are forgotten."""
    keep_secrets(account, access_token="", expires_at="0", **secrets)
    touch(account, secrets=account.secrets)


def touch(account: MailAccount, **values: Any) -> None:
    """Change an account: whoever fetches from it stops and begins anew with what holds now."""
    MailAccount.objects.filter(pk=account.pk).update(lease_owner="", lease_until=None, next_try=None, **values)


def set_enabled(account: MailAccount, enabled: bool) -> None:
    """Fetch from it, or no more."""
    touch(account, enabled=enabled, failing_since=None, failures=0, last_error="")


def test_connection(account: MailAccount) -> str:
    """Connect, sign in, open the folder, change no mail; says what was found.

    Raises:
        SourceFailure: what is wrong, in plain words.
    """
    with open_mailbox(account) as mailbox:
        found = mailbox.describe()
    return f"signed in to {account.host} as {account.user}; {found}"
