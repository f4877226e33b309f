"""OTOBO's own table of customer users, read as it is; where an administrator insists, new ones are written there too.

OTOBO keeps for a day what it looked up, "nobody" included: whoever is written there stays unknown to its agents until
then, unless it is told to keep nothing (`otalink otobo config perl --write`). A source of ours has no such delay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from otalink.customers.backends.options import Options
from otalink.customers.backends.sql import config as sql_config
from otalink.customers.backends.sql.audit import Audit
from otalink.customers.backends.sql.config import SqlConfig

TABLE, ID, VALIDITY = "customer_user", "id", "valid_id"
COLUMNS = {field: field for field in ("login", "email", "customer_id", "first_name", "last_name")}
VALID, INVALID = 1, 2
CREATED, CHANGED = ("create_time", "create_by"), ("change_time", "change_by")


@dataclass(frozen=True)
class Otobo:
    """The OTOBO beside us, where there is one: its database as a URL, and its time zone."""

    url: str = ""
    time_zone: str = ""


def read(options: Options, otobo: Otobo) -> SqlConfig:
    """The backend from its table of the configuration, which may name another database than that of `otobo`.

    Raises:
        WrongOption
    """
    url, agent = options.secret("url") or otobo.url, options.number("agent", 1, most=2_147_483_647)
    table: Mapping[str, Any] = {
        "url": url,
        "table": TABLE,
        "columns": COLUMNS,
        "valid_column": VALIDITY,
        "valid_value": VALID,
        "invalid_value": INVALID,
        # MariaDB compares them without case, and by its index; PostgreSQL minds the case.
        "ignores_case": url.startswith("mysql:"),
        "writable": options.flag("writable", default=False),
        "timeout": options.number("timeout", SqlConfig.timeout, most=60),
    }
    audit = Audit(CREATED, CHANGED, agent, _zone(options, otobo.time_zone or "UTC"))
    options.nothing_else()
    return replace(sql_config.read(Options(table)), audit=audit)


def _zone(options: Options, default: str) -> ZoneInfo:
    name = options.text("time_zone", default)
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise options.wrong("time_zone", f"unknown time zone {name!r}", "a name such as Europe/Berlin") from None
