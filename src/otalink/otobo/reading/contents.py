"""The bytes of a file as OTOBO's database holds them: bytes on MariaDB, base64 in a text on PostgreSQL."""

from __future__ import annotations

import base64
import binascii


def content_of(stored: object) -> bytes:
    """The bytes; a text that is no base64 is a row of OTOBO's own installation, and stands for itself."""
    if stored is None:
        return b""
    if not isinstance(stored, str):
        return bytes(stored)  # type: ignore[call-overload,no-any-return]
    try:
        return base64.b64decode("".join(stored.split()), validate=True)
    except (binascii.Error, ValueError):
        return stored.encode()
