"""The records of mail intake in `/admin`; importing these modules registers their pages."""

from __future__ import annotations

from otalink.postmaster import journal_admin

__all__ = ["journal_admin"]
