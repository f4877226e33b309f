"""What the texts for an administrator are made from: where OTOBO and otalink are, as the boot configuration has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from otalink.desk.port import DeskError

# By which OTOBO reads our customer users, unless OTALINK_OTOBO_SOURCE_URL says another.
SOURCE_USER = "otobo_reader"

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MARIADB, _POSTGRESQL = "MariaDB", "PostgreSQL"
# By the scheme of a URL, and the last word of Django's engine.
_KINDS = {"mysql": _MARIADB, "postgres": _POSTGRESQL, "postgresql": _POSTGRESQL}
_PORTS = {_MARIADB: 3306, _POSTGRESQL: 5432}


@dataclass(frozen=True)
class Database:
    """A database as a URL names it; `kind` is "MariaDB", "PostgreSQL" or, where it can be neither, empty."""

    kind: str
    host: str
    port: int
    name: str
    user: str

    @property
    def is_mariadb(self) -> bool:
        """Whether it speaks MariaDB's SQL."""
        return self.kind == _MARIADB

    @property
    def seen_from(self) -> str:
        """The host part of a MariaDB account for somebody who signs in as this user."""
        return "localhost" if self.host in _LOOPBACK else "%"


@dataclass(frozen=True)
class Site:
    """One OTOBO and one otalink.

    `otobo_url` ends with the folder of OTOBO's scripts, as in `https://desk.example.org/otobo/`. `upstream` is where
    OTOBO's web server reaches otalink, `admitted` from which addresses otalink calls. `source` is our database as
    OTOBO reads our customer users from it, None where it is one that OTOBO cannot read. `relay` is host and port.
    """

    otobo: Database
    source: Database | None
    otobo_url: str
    webservice: str
    base_url: str
    upstream: str
    admitted: tuple[str, ...] = ("127.0.0.1", "::1")
    relay: str = ""

    @property
    def prefix(self) -> str:
        """The folder of OTOBO's scripts, `/otobo/`."""
        path = urlsplit(self.otobo_url).path
        return path if path.endswith("/") else f"{path}/"

    @property
    def shares_host(self) -> bool:
        """Whether customers see otalink under the host name of OTOBO."""
        return urlsplit(self.otobo_url).netloc == urlsplit(self.base_url).netloc

    @property
    def hides_otobo(self) -> bool:
        """Whether OTOBO's URL is one by which no customer meets it, while otalink's is one for them."""
        return _is_loopback(self.otobo_url) and not _is_loopback(self.base_url)


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK


def of_settings(config: Mapping[str, Any]) -> Database:
    """A database as Django's settings have it."""
    kind = _KINDS.get(str(config.get("ENGINE", "")).rpartition(".")[2], "")
    return Database(
        kind=kind,
        host=str(config.get("HOST") or "127.0.0.1"),
        port=int(config.get("PORT") or _PORTS.get(kind, 0)),
        name=str(config.get("NAME", "")),
        user=str(config.get("USER") or "otalink"),
    )


def of_url(url: str) -> Database:
    """A database as a URL names it."""
    parts = urlsplit(url)
    kind = _KINDS.get(parts.scheme, "")
    name, user = unquote(parts.path.strip("/")), unquote(parts.username or "otalink")
    return Database(kind, parts.hostname or "127.0.0.1", parts.port or _PORTS.get(kind, 0), name, user)


def configured(*, otobo_url: str = "", upstream: str = "", admitted: Collection[str] = ()) -> Site:
    """The site of the boot configuration; what is given here is where its web server and we are seen from.

    Raises:
        DeskError: no OTOBO is configured.
    """
    if not settings.OTALINK_OTOBO_DATABASE:
        raise DeskError("OTALINK_DESK is not otobo: there is nothing to set up")
    url, webservice = rest_parts(settings.OTALINK_OTOBO_REST_URL)
    relay = settings.OTALINK_OTOBO_RELAY
    return Site(
        otobo=of_settings(settings.OTALINK_OTOBO_DATABASE),
        source=_source(),
        otobo_url=otobo_url or url,
        webservice=webservice,
        base_url=settings.OTALINK_BASE_URL,
        upstream=upstream or "http://127.0.0.1:8000",
        admitted=tuple(admitted) or ("127.0.0.1", "::1"),
        relay=f"{relay[0]}:{relay[1]}" if relay else "",
    )


def _source() -> Database | None:
    """Our database as OTOBO reads it: as somebody who told us says, or else as we do, by another user."""
    if settings.OTALINK_OTOBO_SOURCE_URL:
        return of_url(settings.OTALINK_OTOBO_SOURCE_URL)
    ours = of_settings(settings.DATABASES["default"])
    return replace(ours, user=SOURCE_USER) if ours.kind else None


def rest_parts(url: str) -> tuple[str, str]:
    """OTOBO's URL and the name of the web service, of `https://HOST/otobo/nph-genericinterface.pl/Webservice/NAME`."""
    parts = urlsplit(url)
    prefix, _, name = parts.path.rstrip("/").rpartition("nph-genericinterface.pl/Webservice/")
    return f"{parts.scheme}://{parts.netloc}{prefix or '/otobo/'}", name or "otalink"
