"""What an account signs in with: its password, or an access token that is fetched anew before it runs out."""

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


def access_token(account: MailAccount) -> str:
    """A token that is good for now.

    Raises:
        SourceFailure: the token endpoint gives none.
    """
    # Late: only who uses OAuth2 pays for the import.
    from otalink.postmaster.accounts.oauth2 import current_token

    return current_token(account)


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
