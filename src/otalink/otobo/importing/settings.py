"""The add-on's settings, where an administrator of OTOBO changed them: they keep their names and meanings here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection, facts
from otalink.sysconfig import declarations as d
from otalink.sysconfig import store
from otalink.sysconfig.setting import InvalidValue, Setting

SETTINGS: tuple[Setting[Any], ...] = (
    d.ACCESS_DAYS_AFTER_CLOSE,
    d.TOKEN_REFRESH_NOTIFICATION_ID,
    d.MESSAGE_WRONG_LINK,
    d.MESSAGE_NEW_LINK,
    d.MESSAGE_REFRESH_FAILED,
    d.MESSAGE_LINK_EXPIRED,
    d.CREATE_CUSTOMER_USER,
    d.DELETE_EXPIRED_OTA_TOKENS,
)
_WHY_NOT = {
    d.TOKEN_REFRESH_NOTIFICATION_ID.name: "is the number of a notification of OTOBO: write its text in /admin, under "
    "notifications, and name that one",
}
# What the pre-filter was told that means the same here; our class and our table of new customer users are others.
_OF_THE_FILTER = ("CustomerHeaderSpoofProtection", "SetCheckBoxName")


@dataclass(frozen=True)
class Taken:
    """One setting: what was found, and what became of it in a few words."""

    setting: str
    value: str
    became: str


def take() -> list[Taken]:
    """Set here what was changed there; what is set here already stays.

    Raises:
        DeskUnavailable: the settings cannot be read.
    """
    found = changed([setting.name for setting in SETTINGS])
    return [_take(setting, found[setting.name]) for setting in SETTINGS if setting.name in found]


def changed(names: Sequence[str]) -> dict[str, Any]:
    """Which of these settings of OTOBO's an administrator changed, and to what.

    Raises:
        DeskUnavailable: the settings cannot be read.
    """
    sql = (
        f"SELECT name, effective_value FROM {facts.SETTINGS_TABLE} "
        f"WHERE is_valid = 1 AND user_id IS NULL AND name IN ({connection.marks(names)})"
    )
    return {str(name): _parsed(value) for name, value in connection.fetch(sql, *names)}


def _parsed(value: Any) -> Any:
    """What OTOBO's YAML says; on PostgreSQL it may be wrapped in base64."""
    raw = bytes(value) if not isinstance(value, str) else value.encode()
    if not raw.startswith(b"---"):
        try:
            raw = base64.b64decode(raw, validate=True)
        except binascii.Error as error:
            raise DeskUnavailable("OTOBO's settings are kept in a form that is not known") from error
    return yaml.safe_load(raw.decode())


def _take(setting: Setting[Any], value: Any) -> Taken:
    shown = str(value)
    if setting.name in store.stored_values():
        return Taken(setting.name, shown, "is set here already, and stays as it is")
    try:
        store.set_value(setting.name, _as_ours(setting, value))
    except InvalidValue as error:
        return Taken(setting.name, shown, f"not taken: {_WHY_NOT.get(setting.name) or error}")
    store.forget_cache()
    return Taken(setting.name, shown, "taken")


def _as_ours(setting: Setting[Any], value: Any) -> Any:
    if setting is d.CREATE_CUSTOMER_USER and isinstance(value, Mapping):
        return {**setting.default, **{key: value[key] for key in _OF_THE_FILTER if key in value}}
    if setting is d.DELETE_EXPIRED_OTA_TOKENS and isinstance(value, Mapping):
        return {**setting.default, "Schedule": value.get("Schedule", setting.default["Schedule"])}
    if setting is d.TOKEN_REFRESH_NOTIFICATION_ID and value:
        raise InvalidValue("a number")
    return value
