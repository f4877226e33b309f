"""Stored values: read with a short cache, changed through the declarations' checks."""

from __future__ import annotations

import time
from typing import Any

from django.db.models.signals import post_delete, post_save

from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.setting import Setting, UnknownSetting

# Other processes see a change after this many seconds; the process that made it, at once.
CACHE_SECONDS = 2.0

_cache: tuple[float, dict[str, Any]] | None = None


def stored_values() -> dict[str, Any]:
    """What operators set, by name; at most `CACHE_SECONDS` old."""
    global _cache
    now = time.monotonic()
    if _cache is None or now - _cache[0] > CACHE_SECONDS:
        _cache = (now, dict(StoredValue.objects.values_list("name", "value")))
    return _cache[1]


def forget_cache(**_: object) -> None:
    """Read the database again at the next look."""
    global _cache
    _cache = None


def find(name: str) -> Setting[Any]:
    """The declaration of that name.

    Raises:
        UnknownSetting: there is none.
    """
    try:
        return SETTINGS[name]
    except KeyError:
        raise UnknownSetting(f"no setting {name!r}; `otalink sysconfig list` names them all") from None


def set_value(name: str, value: Any) -> Any:
    """Set a value and return it as parsed.

    Raises:
        UnknownSetting, InvalidValue
    """
    parsed = find(name).parse(value)
    StoredValue.objects.update_or_create(name=name, defaults={"value": parsed})
    return parsed


def reset(name: str) -> None:
    """Go back to the default.

    Raises:
        UnknownSetting
    """
    StoredValue.objects.filter(name=find(name).name).delete()
    forget_cache()


post_save.connect(forget_cache, sender=StoredValue)
post_delete.connect(forget_cache, sender=StoredValue)
