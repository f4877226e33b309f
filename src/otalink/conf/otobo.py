"""The boot configuration of a real OTOBO beside us: `OTALINK_OTOBO_*`, read and checked where `OTALINK_DESK=otobo`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from otalink.common import foreign_database
from otalink.conf.variables import ConfigurationError, bad_port, value_of
from otalink.customers.backends.sql.otobo import Otobo

type Network = IPv4Network | IPv6Network
# A customer waits for no page longer than this; the watcher comes again.
SECONDS_TO_ANSWER = 10
_READ_ONLY = {
    "mysql": {"init_command": "SET SESSION TRANSACTION READ ONLY"},
    "postgres": {"options": f"-c default_transaction_read_only=on -c statement_timeout={SECONDS_TO_ANSWER * 1000}"},
}


@dataclass(frozen=True)
class OtoboBoot:
    """How OTOBO is reached: its database to read, its REST interface to write, its files.

    `database` is as Django's settings take it. `time_zone` is OTOBO's own. `articles` is the folder of its files, None
    where they lie in the database. `relay` is the host and port where its outgoing mail is taken, None where it goes
    another way; `pop3` is where it fetches mail with `pop3_login` (user:password), None where it gets none from us.
    Both serve the networks `clients` alone. `customers` is where its own customer users are. `source_url` is our
    database as OTOBO reads our customer users from it, empty where nobody said.
    """

    database: Mapping[str, Any] = field(repr=False)
    rest_url: str
    rest_user: str
    rest_password: str = field(repr=False)
    time_zone: ZoneInfo
    articles: Path | None
    relay: tuple[str, int] | None
    pop3: tuple[str, int] | None
    pop3_login: str = field(repr=False)
    clients: tuple[Network, ...]
    customers: Otobo = field(repr=False)
    source_url: str = field(repr=False)


def read(environ: Mapping[str, str]) -> OtoboBoot:
    """Read and check every variable about OTOBO.

    Raises:
        ConfigurationError: naming the first that is missing or wrong.
    """

    def given(name: str) -> str:
        return value_of(environ, f"OTALINK_OTOBO_{name}")

    return OtoboBoot(
        database=_database(given("DATABASE_URL")),
        rest_url=_rest_url(given("REST_URL")),
        rest_user=_needed("REST_USER", given("REST_USER"), "the login of an agent that otalink writes as"),
        rest_password=_needed("REST_PASSWORD", given("REST_PASSWORD"), "the password of that agent"),
        time_zone=_time_zone(given("TIME_ZONE") or "UTC"),
        articles=_articles(given("ARTICLES")),
        relay=_listen_on("RELAY", given("RELAY")),
        pop3=_listen_on("POP3", given("POP3")),
        pop3_login=_pop3_login(given("POP3_LOGIN"), is_needed=bool(given("POP3"))),
        clients=_networks(given("CLIENTS") or "127.0.0.0/8 ::1"),
        customers=Otobo(given("DATABASE_URL"), given("TIME_ZONE")),
        source_url=_source_url(given("SOURCE_URL")),
    )


def _wrong(name: str, problem: str, accepted: str) -> ConfigurationError:
    return ConfigurationError(f"OTALINK_OTOBO_{name}", problem, accepted)


def _needed(name: str, value: str, accepted: str) -> str:
    if not value:
        raise _wrong(name, "missing, and OTALINK_DESK is otobo", accepted)
    return value


def _database(value: str) -> Mapping[str, Any]:
    accepted = "mysql://user:password@host:port/name (MariaDB) or postgres://user:password@host:port/name"
    kind = _needed("DATABASE_URL", value, accepted).partition("://")[0].replace("postgresql", "postgres")
    if kind not in _READ_ONLY:
        raise _wrong("DATABASE_URL", f"unknown kind of database {kind!r}" if "://" in value else "no URL", accepted)
    import dj_database_url  # the supervisor reads the configuration too, and has no database

    try:
        database: dict[str, Any] = dict(dj_database_url.parse(value, conn_max_age=None, conn_health_checks=True))
    except ValueError:
        # Whatever it says may repeat a part of the password.
        raise _wrong("DATABASE_URL", "no URL of that form", accepted) from None
    if not database.get("NAME"):
        raise _wrong("DATABASE_URL", "no database name", accepted)
    told = {**foreign_database.options(kind, SECONDS_TO_ANSWER), **_READ_ONLY[kind]}
    return {**database, "OPTIONS": {**told, **database.get("OPTIONS", {})}}


def _rest_url(value: str) -> str:
    accepted = "https://host/otobo/nph-genericinterface.pl/Webservice/NAME"
    url = urlsplit(_needed("REST_URL", value, accepted))
    if url.scheme not in {"http", "https"} or not url.hostname or bad_port(value):
        raise _wrong("REST_URL", "no URL of a web service", accepted)
    if url.username or url.password or url.query or url.fragment:
        raise _wrong("REST_URL", "more than the URL of a web service", accepted)
    return value.rstrip("/")


def _time_zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        accepted = "the name of a time zone, as OTOBOTimeZone has it, such as UTC or Europe/Berlin"
        raise _wrong("TIME_ZONE", f"unknown time zone {value!r}", accepted) from None


def _articles(value: str) -> Path | None:
    if value and not value.startswith("/"):
        raise _wrong("ARTICLES", f"{value!r} is no absolute path", "the folder var/article of OTOBO, or nothing")
    return Path(value) if value else None


def _listen_on(name: str, value: str) -> tuple[str, int] | None:
    if not value:
        return None
    url = urlsplit(f"//{value}")
    if bad_port(f"//{value}") or not url.hostname or not url.port or url.path or url.username:
        raise _wrong(name, f"{value!r} is no address to listen on", "host:port, or nothing")
    return url.hostname, url.port


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(word) for word in value.split())
    except ValueError as error:
        raise _wrong("CLIENTS", str(error), "networks such as 127.0.0.0/8 10.1.2.3") from error


def _pop3_login(value: str, *, is_needed: bool) -> str:
    if is_needed and (not all(value.partition(":")) or any(c.isspace() for c in value)):
        accepted = "user:password, without blanks, as OTOBO's mail account has them"
        raise _wrong("POP3_LOGIN", "no user, or no password, and OTALINK_OTOBO_POP3 is set", accepted)
    return value


def _source_url(value: str) -> str:
    accepted = "mysql://user:password@host:port/name or postgres://..., our database as OTOBO reads it, or nothing"
    url = urlsplit(value)
    is_known = url.scheme.replace("postgresql", "postgres") in _READ_ONLY
    if value and (not is_known or not url.hostname or not url.username or bad_port(value)):
        raise _wrong("SOURCE_URL", "no URL of a database with a user", accepted)
    return value
