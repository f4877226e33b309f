"""Columns in which another program's table says who made and who changed a row, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Audit:
    """Who writes (`agent`, an id of that program), and its own time zone: its times are naive, to the second.

    `created` and `changed` are the columns for time and author of a new row, and of the last change.
    """

    created: tuple[str, str]
    changed: tuple[str, str]
    agent: int
    zone: ZoneInfo

    def of_new_row(self) -> dict[str, Any]:
        """What a new row says of itself, by column."""
        return self._said(self.created) | self.of_change()

    def of_change(self) -> dict[str, Any]:
        """What a changed row says, by column."""
        return self._said(self.changed)

    def _said(self, columns: tuple[str, str]) -> dict[str, Any]:
        return {columns[0]: self._now(), columns[1]: self.agent}

    def _now(self) -> datetime:
        return datetime.now(UTC).astimezone(self.zone).replace(tzinfo=None, microsecond=0)
