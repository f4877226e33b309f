"""The SQL for administrators: the least rights to read OTOBO with, and our customer users as OTOBO sees them."""

from __future__ import annotations

from otalink.otobo import facts
from otalink.otobo.setup.installation import Database, Site
from otalink.otobo.setup.texts import filled

SOURCE_VIEW = "otalink_customer_user"
SOURCE_COLUMNS = ("login", "email", "customer_id", "first_name", "last_name", "valid_id")


def sql(site: Site, *, write: bool = False, importing: bool = False) -> str:
    """What to run: reading always, then our view, or with `write` the right to add to OTOBO's own table.

    `importing` adds what `otalink otobo import` reads.
    """
    values = _values(site)
    parts = [filled("mariadb.sql" if site.otobo.is_mariadb else "postgresql.sql", values)]
    parts.append(filled("write.sql", values) if write else _source(site, values))
    if importing:
        parts.append(filled("import.sql", values))
    return "".join(parts)


def _source(site: Site, values: dict[str, str]) -> str:
    if site.source is None:
        return filled("source-none.sql", values)
    return filled("source-mariadb.sql" if site.source.is_mariadb else "source-postgresql.sql", values)


def _values(site: Site) -> dict[str, str]:
    qualifier = f"{quoted(site.otobo, site.otobo.name)}." if site.otobo.is_mariadb else ""
    reader = account(site.otobo)
    tables = facts.OTOBO_10_1.tables
    values = {
        "reader": reader,
        "database": quoted(site.otobo, site.otobo.name),
        "qualifier": qualifier,
        "customer_columns": ", ".join(facts.CUSTOMER_COLUMNS),
        "grants": "\n".join(f"GRANT SELECT ON {qualifier}{table} TO {reader};" for table in tables),
        "token_table": facts.TOKEN_TABLE,
        "settings_table": facts.SETTINGS_TABLE,
        "settings_columns": ", ".join(facts.SETTINGS_COLUMNS),
        "write_grants": _write_grants(site.otobo, qualifier, reader),
    }
    if site.source:
        values |= {"source_database": quoted(site.source, site.source.name), "source_reader": account(site.source)}
    return values


def _write_grants(otobo: Database, qualifier: str, reader: str) -> str:
    named = facts.CUSTOMER_COLUMNS[1:]
    added, changed = ", ".join((*named, *facts.CUSTOMER_AUDIT)), "valid_id, change_time, change_by"
    table = f"{qualifier}{facts.CUSTOMER_TABLE}"
    lines = [
        f"GRANT INSERT ({added}) ON {table} TO {reader};",
        f"GRANT UPDATE ({changed}) ON {table} TO {reader};",
        f"GRANT DELETE ON {table} TO {reader};",
    ]
    if not otobo.is_mariadb:
        lines.append(f"GRANT USAGE ON SEQUENCE {facts.CUSTOMER_TABLE}_id_seq TO {reader};")
    return "\n".join(lines)


def account(database: Database) -> str:
    """The user of a database URL as its GRANTs name them."""
    name = database.user
    if database.is_mariadb:
        return f"'{name.replace(chr(39), chr(39) * 2)}'@'{database.seen_from}'"
    return quoted(database, name)


def quoted(database: Database, name: str) -> str:
    """A name as that kind of database quotes it."""
    mark = "`" if database.is_mariadb else '"'
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"
