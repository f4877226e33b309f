"""Passwords and tokens as they lie in the database: encrypted with a key that follows from `OTALINK_SECRET_KEY`."""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_PURPOSE = b"otalink mail accounts 1"


class SecretUnreadable(LookupError):
    """What is stored was encrypted with another key."""


def encrypt(secrets: dict[str, str]) -> str:
    """The secrets as text that is safe to store; the same secrets give another text each time."""
    return _cipher().encrypt(json.dumps(secrets).encode()).decode("ascii") if secrets else ""


def decrypt(stored: str) -> dict[str, str]:
    """The secrets in what `encrypt` gave.

    Raises:
        SecretUnreadable
    """
    if not stored:
        return {}
    from cryptography.fernet import InvalidToken

    try:
        secrets: dict[str, str] = json.loads(_cipher().decrypt(stored.encode("ascii")))
    except InvalidToken:
        raise SecretUnreadable(
            "the stored password cannot be read: OTALINK_SECRET_KEY is another one now; enter the password again"
        ) from None
    return secrets


def _cipher() -> Fernet:
    # Late: only who has mail accounts pays for the import.
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE, "sha256")))
