"""The records of mail intake in `/admin`; importing these modules registers their pages."""

from __future__ import annotations

from otalink.postmaster.admin import accounts, journal

__all__ = ["accounts", "journal"]
