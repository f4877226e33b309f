"""What an account signs in with: its secrets as they are stored, and the password among them."""

from __future__ import annotations

from otalink.postmaster.accounts.encryption import SecretUnreadable, decrypt, encrypt
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.models import MailAccount


def password(account: MailAccount) -> str:
    """The password.

    Raises:
        SourceFailure: there is none, or it cannot be read.
    """
    word = secrets_of(account).get("password", "")
    if not word:
        raise SourceFailure(f"the account {account.name!r} has no password; set one")
    return word


def secrets_of(account: MailAccount) -> dict[str, str]:
    """Everything secret about the account.

    Raises:
        SourceFailure: it cannot be read.
    """
    try:
        return decrypt(account.secrets)
    except SecretUnreadable as error:
        raise SourceFailure(str(error)) from None


def keep_secrets(account: MailAccount, **changed: str) -> None:
    """Store what changed, and leave the rest; does not save the account itself."""
    try:
        known = decrypt(account.secrets)
    except SecretUnreadable:
        known = {}
    account.secrets = encrypt({**known, **changed})
