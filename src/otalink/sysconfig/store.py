"""Stored values: read with a short cache, changed through the declarations' checks."""

from __future__ import annotations

from typing import Any

import structlog

from otalink.common.short_cache import ShortCache
from otalink.sysconfig import named
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.patterns import MODULE, PATTERNS
from otalink.sysconfig.setting import InvalidValue, Setting, UnknownSetting

_log = structlog.get_logger("otalink.sysconfig")


def _read() -> dict[str, Any]:
    return dict(StoredValue.objects.values_list("name", "value"))


_values = ShortCache(_read, StoredValue)


def get[T](setting: Setting[T]) -> T:
    """The value in force: the operator's, or the default.

    A stored value that an older version took and this one does not must not stop the mail: the default holds, and
    `otalink check` tells.
    """
    values = stored_values()
    if setting.name not in values:
        return setting.default
    try:
        return setting.parse(values[setting.name])
    except InvalidValue as error:
        _log.warning("the stored value is not valid, the default holds", setting=setting.name, error=str(error))
        return setting.default


def stored_values() -> dict[str, Any]:
    """What operators set, by name; with a short cache."""
    return _values.get()


def forget_cache() -> None:
    """Read the database again at the next look."""
    _values.forget()


def declared() -> dict[str, Setting[Any]]:
    """Every setting: the declared ones, and those that operators added."""
    added = (name for name in stored_values() if name not in SETTINGS)
    return {**SETTINGS, **{name: setting for name in added if (setting := _added(name))}}


def find(name: str) -> Setting[Any]:
    """The setting of that name, declared or added.

    Raises:
        UnknownSetting: there is none.
    """
    setting = SETTINGS.get(name) or (_added(name) if name in stored_values() else None)
    if setting is None:
        raise UnknownSetting(f"no setting {name!r}; `otalink sysconfig list` names them all")
    return setting


def find_or_new(name: str, module: str = "") -> Setting[Any]:
    """The setting of that name, or one that may be added under it, of that module.

    Raises:
        UnknownSetting: no such setting may be added.
    """
    if name in SETTINGS or name in stored_values():
        return find(name)
    pattern = next((pattern for pattern in PATTERNS if pattern.covers(name)), None)
    return pattern.setting(name, module) if pattern else find(name)


def checked(setting: Setting[Any], value: Any) -> Any:
    """A value that is to be saved, as parsed; everything that it names is there.

    Raises:
        InvalidValue
    """
    parsed = setting.parse(value)
    for _, problem in named.problems(setting.parse, parsed):
        raise InvalidValue(problem)
    return parsed


def set_value(name: str, value: Any) -> Any:
    """Set a value and return it as parsed.

    Raises:
        UnknownSetting, InvalidValue
    """
    parsed = checked(find_or_new(name), value)
    StoredValue.objects.update_or_create(name=name, defaults={"value": parsed})
    return parsed


def reset(name: str) -> None:
    """Go back to the default; an added setting is gone then.

    Raises:
        UnknownSetting
    """
    StoredValue.objects.filter(name=find(name).name).delete()
    forget_cache()


def _added(name: str) -> Setting[Any] | None:
    pattern = next((pattern for pattern in PATTERNS if pattern.covers(name)), None)
    value = stored_values()[name]
    return pattern.setting(name, value.get(MODULE, "") if isinstance(value, dict) else "") if pattern else None
