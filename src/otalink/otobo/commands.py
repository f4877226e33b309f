"""What `otalink otobo ...` does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from otalink.desk.port import DeskError
from otalink.otobo.importing import run
from otalink.otobo.setup import config, door, grants
from otalink.otobo.setup.installation import Site, configured

# Lines for the web server in which customers' links arrive.
_DOORS: dict[str, Callable[[Site], str]] = {
    "apache": door.apache,
    "nginx-http": door.nginx_http,
    "nginx-server": door.nginx_server,
}
_PARTS: dict[str, Callable[[Site], str]] = {
    "perl": config.perl,
    "webservice": lambda _site: config.webservice(),
    **_DOORS,
}


def sql(*, write: bool, importing: bool) -> str:
    """The SQL for the administrators of both databases.

    Raises:
        DeskError
    """
    return grants.sql(configured(), write=write, importing=importing).rstrip()


def part(name: str, *, write: bool, otobo_url: str, upstream: str, admitted: Collection[str]) -> str:
    """One text for an administrator of OTOBO.

    Raises:
        DeskError
    """
    site = configured(otobo_url=otobo_url, upstream=upstream, admitted=admitted)
    if name in _DOORS and site.hides_otobo:
        raise DeskError(
            "OTALINK_OTOBO_REST_URL is an address of this machine alone; say with --otobo where customers meet OTOBO, "
            "such as https://desk.example.org/otobo/"
        )
    text = config.perl(site, write=True) if write and name == "perl" else _PARTS[name](site)
    return text.rstrip()


def take_over() -> dict[str, Any]:
    """Take links and settings of the published add-on over.

    Raises:
        DeskUnavailable
    """
    return run.run()
