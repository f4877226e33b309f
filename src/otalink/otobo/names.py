"""What settings and mail accounts may name, where OTOBO is the desk: its queues, states, priorities, dynamic fields."""

from __future__ import annotations

from collections.abc import Callable

from otalink.desk.port import DeskUnavailable
from otalink.otobo.connection import fetch
from otalink.sysconfig import named
from otalink.sysconfig.named import Kind

_FIELDS = "SELECT name FROM dynamic_field WHERE object_type = 'Ticket' AND valid_id = 1"
_OF = {
    Kind.QUEUE: "SELECT name FROM queue WHERE valid_id = 1",
    Kind.STATE: "SELECT name FROM ticket_state WHERE valid_id = 1",
    Kind.PRIORITY: "SELECT name FROM ticket_priority WHERE valid_id = 1",
    Kind.FIELD: _FIELDS,
    Kind.CHECKBOX: f"{_FIELDS} AND field_type = 'Checkbox'",
}


def register() -> None:
    """Have names checked against OTOBO's; while it is away, none is."""
    for kind, sql in _OF.items():
        named.register(kind, _asking(sql))


def _asking(sql: str) -> Callable[[], list[str] | None]:
    def names() -> list[str] | None:
        try:
            return [str(name) for (name,) in fetch(f"{sql} ORDER BY name")]
        except DeskUnavailable:
            return None

    return names
