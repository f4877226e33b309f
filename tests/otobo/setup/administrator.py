"""An administrator who runs what `otalink otobo sql` prints, and puts a password into it."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from tests.otobo.fake.database import Database

PASSWORD = "Chosen-By-Hand-1"


def run(admin: Database, sql: str) -> None:
    """Every statement of a text."""
    lines = [line for line in sql.splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";\n"):
        if statement.strip(" ;\n"):
            admin.run(statement.replace("'PASSWORD'", f"'{PASSWORD}'").rstrip(";"))


def as_user(url: str, name: str, database: str = "") -> str:
    """The same URL for another user, and perhaps another database."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    changed = parts._replace(netloc=f"{name}:{PASSWORD}@{host}", path=f"/{database}" if database else parts.path)
    return urlunsplit(changed)
