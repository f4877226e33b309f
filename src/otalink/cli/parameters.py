"""What command line arguments mean; a wrong one is a usage error that says what is accepted."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from otalink.cli.server.ports import ListenOn


def listen_on(value: str) -> ListenOn:
    """Parse `host:port` or `[v6 host]:port`.

    Raises:
        BadParameter
    """
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdigit() or not int(port) < 65_536:
        raise click.BadParameter(f"host:port such as 127.0.0.1:8000 is needed, not {value!r}")
    return ListenOn(host.removeprefix("[").removesuffix("]"), int(port))


def listen_on_or_off(value: str) -> ListenOn | None:
    """Parse host and port, or `off`.

    Raises:
        BadParameter
    """
    return None if value == "off" else listen_on(value)


def default_lmtp() -> str:
    """Where mail comes in over LMTP unless somebody says otherwise; nowhere where the desk takes its mail itself.

    Raises:
        ConfigurationError: no such desk.
    """
    from otalink.conf import environment

    return "off" if environment.desk_name(os.environ) == "otobo" else "127.0.0.1:2424"


def past_moment(value: str) -> datetime:
    """Parse an ISO 8601 time that is not in the future; UTC where it names no zone.

    Raises:
        BadParameter
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"a time such as 2025-01-31T12:00 is needed, not {value!r}") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise click.BadParameter(f"{value!r} is in the future")
    return moment


def positive(value: str) -> int:
    """Parse a whole number from 1 up.

    Raises:
        BadParameter
    """
    if not value.isdigit() or int(value) < 1:
        raise click.BadParameter(f"a whole number from 1 up is needed, not {value!r}")
    return int(value)
