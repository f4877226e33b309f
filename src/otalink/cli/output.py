"""How a command's result reaches standard output: one JSON document, or text for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

# A table is for the eye; `--json` and the `show` commands give everything.
_WIDEST_CELL = 80


@dataclass(frozen=True)
class CommandResult:
    """A result with an exit code of its own; a handler that returns anything else means exit code 0."""

    document: Any
    exit_code: int = 0


def say(text: str) -> None:
    """Write a line to standard output at once, also where that is a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def as_json(document: Any) -> str:
    """One JSON document."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain)


def as_text(document: Any) -> str:
    """A table for a list of records, `name: value` lines for one record, anything else as it is."""
    if isinstance(document, list):
        return _table([_record(row) for row in document]) if document else "none"
    if isinstance(document, Mapping) or is_dataclass(document):
        return "\n".join(_lines(_record(document), ""))
    return str(document)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def _record(row: Any) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return dict(row)
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else {"value": row}


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value if isinstance(value, str | int | float) else _plain(value))


def _table(rows: list[dict[str, Any]]) -> str:
    heads = list(rows[0])
    cells = [[_short(_cell(row.get(head))) for head in heads] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = [[head.replace("_", " ") for head in heads], ["-" * width for width in widths], *cells]
    return "\n".join(_padded(line, widths) for line in lines)


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 1] + "\u2026"


def _padded(line: list[str], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _lines(record: dict[str, Any], indent: str) -> list[str]:
    out: list[str] = []
    for name, value in record.items():
        label = f"{indent}{name.replace('_', ' ')}:"
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            out.append(label)
            for item in value:
                inner = _lines(dict(item), f"{indent}    ")
                out += [f"{indent}  - {inner[0].strip()}", *inner[1:]]
        elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            out += [label, *(f"{indent}  - {item}" for item in value)]
        elif "\n" in (text := _cell(value)):
            out += [label, *(f"{indent}    {line}".rstrip() for line in text.splitlines())]
        else:
            out.append(f"{label} {text}".rstrip())
    return out
