"""The records of mail intake in `/admin`; importing these modules registers their pages."""

from __future__ import annotations

from otalink.postmaster import account_admin, journal_admin

__all__ = ["account_admin", "journal_admin"]
