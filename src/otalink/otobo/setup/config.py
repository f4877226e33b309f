"""What an administrator puts into OTOBO: the block of `Kernel/Config.pm` and the web service."""

from __future__ import annotations

from otalink.otobo import facts
from otalink.otobo.setup.installation import Database, Site
from otalink.otobo.setup.texts import filled


def perl(site: Site, *, write: bool = False) -> str:
    """The block of `Kernel/Config.pm`: our customer users, or with `write` OTOBO's own uncached; and the relay."""
    return filled("config.pm", {"source": _source(site.source, write=write), "relay": _relay(site.relay)})


def webservice() -> str:
    """The file that OTOBO's web service is made from."""
    return filled("webservice.yml", {})


def _source(source: Database | None, *, write: bool) -> str:
    if write or source is None:
        return filled("no-cache.pm", {})
    return filled("source.pm", {"dsn": _dsn(source), "source_user": _perl_text(source.user)})


def _relay(relay: str) -> str:
    if not relay:
        return ""
    host, _, port = relay.rpartition(":")
    values = {"relay_host": _perl_text(host.strip("[]")), "relay_port": port, "attempts": str(facts.MAIL_ATTEMPTS)}
    return filled("relay.pm", values)


def _dsn(source: Database) -> str:
    driver, name = ("mysql", "database") if source.is_mariadb else ("Pg", "dbname")
    return _perl_text(f"DBI:{driver}:{name}={source.name};host={source.host};port={source.port}")


def _perl_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
