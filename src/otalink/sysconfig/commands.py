"""Handlers of `otalink sysconfig ...`. Django is imported late: `reference` needs only the declarations."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from otalink.sysconfig.setting import InvalidValue, Setting, json_object, message


def list_all() -> list[dict[str, Any]]:
    """All settings: name, value in force, whether it was changed."""
    from otalink.sysconfig import store

    changed = store.stored_values()
    return [
        {"name": name, "changed": name in changed, "value": store.get(setting)}
        for name, setting in sorted(store.declared().items())
    ]


def get(name: str) -> Any:
    """The value in force.

    Raises:
        UnknownSetting
    """
    from otalink.sysconfig import store

    return store.get(store.find(name))


def set_value(name: str, value: str) -> Any:
    """Change a setting; returns the value as it is understood.

    Raises:
        UnknownSetting, InvalidValue
    """
    from otalink.sysconfig import store

    try:
        return store.set_value(name, _typed(store.find_or_new(name), value))
    except InvalidValue as error:
        raise InvalidValue(f"{name}: {error}; nothing was changed") from None


def reset(name: str) -> Any:
    """Go back to the default; returns it. A setting that was added has none: it is gone, and nothing is returned.

    Raises:
        UnknownSetting
    """
    from otalink.sysconfig import store
    from otalink.sysconfig.declarations import SETTINGS

    store.reset(name)
    return store.get(SETTINGS[name]) if name in SETTINGS else None


def export() -> Any:
    """What was changed, as a JSON object."""
    from otalink.sysconfig.store import stored_values

    return dict(sorted(stored_values().items()))


def import_file(file: str) -> dict[str, int]:
    """Set everything a JSON object names, or nothing.

    Raises:
        UnknownSetting, InvalidValue, OSError
    """
    from django.db import transaction

    from otalink.sysconfig import store

    values = _read_object(file)
    try:
        with transaction.atomic():
            for name, value in values.items():
                _import(name, value)
    finally:
        # What was read within a transaction that was undone holds no more.
        store.forget_cache()
    return {"set": len(values)}


def reference() -> str:
    """The settings reference as Markdown."""
    from otalink.sysconfig.reference import markdown

    return markdown().rstrip("\n")


def _import(name: str, value: Any) -> None:
    from otalink.sysconfig import store

    try:
        store.set_value(name, value)
    except InvalidValue as error:
        raise InvalidValue(f"{name}: {error}; nothing was changed") from None


def _typed(setting: Setting[Any], value: str) -> Any:
    from otalink.sysconfig import store

    # Of a setting with several fields an operator may name just the ones to change.
    if setting.parse is message or not isinstance(setting.default, dict) or not value.strip().startswith("{"):
        return value
    named = json_object(value)
    current = store.get(setting)
    # What one module holds says nothing about another.
    return {**current, **named} if named.get("Module", current.get("Module")) == current.get("Module") else named


def _read_object(file: str) -> dict[str, Any]:
    try:
        values = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except ValueError:
        raise InvalidValue(f"{file} holds no JSON") from None
    if not isinstance(values, dict):
        raise InvalidValue(f'{file} must hold a JSON object {{"name": value, ...}}')
    return values
