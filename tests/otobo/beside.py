"""otalink's settings beside a fake OTOBO, for tests that need no process of ours."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from pytest_django import Settings

from otalink.conf import otobo as boot
from otalink.desk import current

DESK = "otalink.otobo.desk.OtoboDesk"
REST_URL = "http://127.0.0.1:1/otobo/nph-genericinterface.pl/Webservice/otalink"


def configure(settings: Settings, url: str, **variables: str) -> None:
    """Read OTOBO at `url`, as the boot configuration has it; `variables` are more of `OTALINK_OTOBO_*`."""
    given: dict[str, str] = {
        "DATABASE_URL": url,
        "REST_URL": REST_URL,
        "REST_USER": "otalink-api",
        "REST_PASSWORD": "x",
    }
    read = boot.read({f"OTALINK_OTOBO_{name}": value for name, value in {**given, **variables}.items()})
    told: dict[str, Any] = {
        "OTALINK_OTOBO_DATABASE": dict(read.database),
        "OTALINK_OTOBO_REST_URL": read.rest_url,
        "OTALINK_OTOBO_TIME_ZONE": ZoneInfo(variables.get("TIME_ZONE", "UTC")),
        "OTALINK_OTOBO_ARTICLES": read.articles,
        "OTALINK_OTOBO_RELAY": read.relay,
        "OTALINK_OTOBO_SOURCE_URL": read.source_url,
    }
    for name, value in told.items():
        setattr(settings, name, value)


def select_desk() -> None:
    """Let OTOBO be the desk."""
    current.select(DESK)
