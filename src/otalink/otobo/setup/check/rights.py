"""Whether otalink may read what it reads, column by column, and nothing that it has no business with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection, facts

_NAME = "OTALINK_OTOBO_DATABASE_URL"
_HELP = "`otalink otobo sql` prints the right that is missing"
_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))"
)


def answers() -> str:
    """Why the database does not answer at all, in one line; empty where it does."""
    try:
        connection.fetch("SELECT 1")
    except DeskUnavailable as error:
        return f"{_NAME}: {error}"
    return ""


def version() -> facts.Facts | None:
    """The version of OTOBO, by its own file beside its articles, or by its tables; None where neither can be seen.

    Raises:
        DeskUnavailable
    """
    folder: Path | None = settings.OTALINK_OTOBO_ARTICLES
    if folder and (said := _release(folder.parent.parent / "RELEASE")):
        return facts.of_release(said)
    if connection.vendor() != "postgresql":
        return None  # MariaDB shows nobody the tables they have no right on
    return facts.version_of({str(name) for (name,) in connection.fetch(_TABLES)})


def _release(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    pairs = (line.partition("=") for line in lines)
    return next((value.strip() for name, _, value in pairs if name.strip() == "VERSION"), "")


def missing(of_version: facts.Facts) -> Iterator[str]:
    """Tables and columns that cannot be read, one line for each table."""
    tables = {**of_version.tables, facts.CUSTOMER_TABLE: facts.CUSTOMER_COLUMNS}
    for table, columns in tables.items():
        if not _reads(table, columns):
            unread = [column for column in columns if not _reads(table, (column,))]
            what = f"`{table}`" if len(unread) == len(columns) else f"{', '.join(unread)} of `{table}`"
            yield f"{_NAME}: {what} cannot be read; {_HELP}"


def excessive() -> Iterator[str]:
    """Secrets of OTOBO's that otalink could read, and never does."""
    secrets = {**facts.FORBIDDEN, facts.CUSTOMER_TABLE: "pw"}
    for table, column in secrets.items():
        if _reads(table, (column,)):
            yield f"{_NAME}: otalink could read {column} of `{table}`, which it never does; take that right away"


def _reads(table: str, columns: tuple[str, ...]) -> bool:
    try:
        connection.fetch(f"SELECT {', '.join(columns)} FROM {table} WHERE 1 = 0")  # noqa: S608 - names of ours
    except DeskUnavailable:
        return False
    return True
