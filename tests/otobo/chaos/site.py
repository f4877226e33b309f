"""A whole site: a fake OTOBO with database server, web service and mail queue; otalink's processes; a mail server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, SETTINGS, TRUSTED_SERVERS
from tests.otobo.chaos.parts import Part
from tests.otobo.fake import rights
from tests.otobo.fake.articles import mail
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.database import Database, Row
from tests.otobo.fake.rest import Rest, serve
from tests.otobo.fake.servers import Servers, fake
from tests.support.gate import Gate
from tests.support.gate import gate as gate_to
from tests.support.mail_server import MailServer, mail_server
from tests.support.product import wait_for
from tests.support.servers import free_port, wait_for_port

# Whose results we believe, and what they say of everybody here.
BORDER = "mx.desk.example"
CHECKBOX = "OTAMailSent"


@dataclass(frozen=True)
class Site:
    """`relay` is the port to which OTOBO hands its mail, `server` where ours goes; `parts` are web and workers.

    otalink reads OTOBO's database through `gate`.
    """

    otobo: Otobo
    gate: Gate
    rest: Rest
    server: MailServer
    data: Path
    environ: dict[str, str]
    web: int
    relay: int
    parts: list[Part]

    @property
    def url(self) -> str:
        return self.environ["OTALINK_BASE_URL"]

    def otalink(self, *words: str) -> str:
        """What a command prints that must succeed."""
        command = [sys.executable, "-m", "otalink", *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words}: {done.returncode} {done.stderr}"
        return done.stdout

    def own(self, sql: str) -> list[Row]:
        """What a SELECT finds in our own database."""
        database = Database(self.environ["OTALINK_DATABASE_URL"])
        try:
            return database.rows(sql)
        finally:
            database.close()

    def wait_until_it_watches(self) -> None:
        """Until pages and relay answer and history is read; what happened before that is nobody's news."""
        wait_for_port(self.web)
        wait_for_port(self.relay)
        begun = "SELECT 1 FROM otobo_watcherposition WHERE history_id IS NOT NULL"
        wait_for("the watcher", lambda: self.own(begun) or None)

    def log(self) -> str:
        """What all parts wrote."""
        return "".join(path.read_text() for path in sorted(self.data.parent.glob("*.log")))


def proven_mail(sender: str, subject: str, text: str) -> bytes:
    """A mail of somebody whom the border has checked."""
    domain = sender.rpartition("@")[2].rstrip(">")
    return mail(sender, subject, text, Authentication_Results=f"{BORDER}; dmarc=pass header.from={domain}")


@contextmanager
def site(servers: Servers, kind: str, folder: Path, program: str = "otalink") -> Iterator[Site]:
    """A site that is set up, its parts not started; our own database is on the same server as OTOBO's.

    `program` is the module that is started as `otalink`.
    """
    with ExitStack() as stack:
        otobo = stack.enter_context(fake(servers, kind))
        rest, server = stack.enter_context(serve(otobo)), stack.enter_context(mail_server())
        gate = stack.enter_context(gate_to(urlsplit(otobo.database.url).port or 0))
        web, relay = free_port(), free_port()
        read = rights.grant_reading(otobo.database)
        environ = {
            **_environ(rest, server, folder / "data", web=web, relay=relay),
            "OTALINK_OTOBO_DATABASE_URL": read.replace(f":{urlsplit(read).port}/", f":{gate.port}/"),
        }
        (folder / "data").mkdir(parents=True)
        words = [("web", "--bind", f"127.0.0.1:{web}", "--workers", "1"), ("worker",), ("worker",)]
        parts = [Part(program, each, environ, folder / f"{n}-{each[0]}.log") for n, each in enumerate(words)]
        made = Site(otobo, gate, rest, server, folder / "data", environ, web, relay, parts)
        _set_up(made)
        yield made
        _drop(otobo, _own(otobo))


def _environ(rest: Rest, server: MailServer, data: Path, *, web: int, relay: int) -> dict[str, str]:
    otobo = rest.otobo
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("OTALINK_", "DJANGO_"))}
    name = _own(otobo)
    otobo.database.run(f"CREATE DATABASE {name}" + (" CHARACTER SET utf8mb4" if otobo.database.is_mariadb else ""))
    place = urlsplit(otobo.database.url)
    user = "otalink:otalink" if otobo.database.is_mariadb else "otalink"
    return {
        **outside,
        "OTALINK_DATA": str(data),
        "OTALINK_BASE_URL": f"http://127.0.0.1:{web}",
        "OTALINK_RESOLVER": "none",
        "OTALINK_DATABASE_URL": place._replace(
            netloc=f"{user}@{place.netloc.rpartition('@')[2]}", path=f"/{name}"
        ).geturl(),
        "OTALINK_MAIL_URL": server.url,
        "OTALINK_DESK": "otobo",
        "OTALINK_OTOBO_REST_URL": rest.url,
        "OTALINK_OTOBO_REST_USER": rest.agent.login,
        "OTALINK_OTOBO_REST_PASSWORD": rest.agent.password,
        "OTALINK_OTOBO_RELAY": f"127.0.0.1:{relay}",
    }


def _own(otobo: Otobo) -> str:
    return f"ours_of_{otobo.database.name}"


def _drop(otobo: Otobo, name: str) -> None:
    otobo.database.run(f"DROP DATABASE {name}" + ("" if otobo.database.is_mariadb else " WITH (FORCE)"))


def _set_up(made: Site) -> None:
    # So many newcomers an hour are the subject of other tests. The command makes the database too.
    newcomers = {name: 0 for name in SETTINGS if name.startswith("PostMaster::NewCustomerUsers::")}
    values = {
        **newcomers,
        TRUSTED_SERVERS.name: BORDER,
        CREATE_CUSTOMER_USER.name: {**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": CHECKBOX},
    }
    file = made.data / "settings.json"
    file.write_text(json.dumps(values))
    made.otalink("sysconfig", "import", str(file))
