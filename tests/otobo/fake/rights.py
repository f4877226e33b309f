"""A database user with the least rights that the facts name, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from tests.otobo.fake.database import Database

NAME, PASSWORD = "otalink_reader", "Reader-Pass-1"
TABLES = [
    *("ticket", "ticket_history", "ticket_history_type", "ticket_state", "ticket_state_type", "ticket_priority"),
    *("queue", "system_address", "follow_up_possible", "article", "article_sender_type", "communication_channel"),
    *("article_data_mime", "article_data_mime_attachment", "article_data_mime_plain", "article_data_mime_send_error"),
    *("valid", "dynamic_field", "dynamic_field_value"),
]
COLUMNS = {"customer_user": ["id", "login", "email", "customer_id", "first_name", "last_name", "valid_id"]}


def grant_reading(database: Database) -> str:
    """Give a user of its own those rights; gives the URL it reads by."""
    user = f"'{NAME}'@'localhost'" if database.is_mariadb else NAME
    _make_user(database, user)
    for table in TABLES:
        _run(database, f"GRANT SELECT ON {table} TO {user}")
    for table, columns in COLUMNS.items():
        _run(database, f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {user}")
    return _url(database)


def grant(database: Database, table: str) -> None:
    """Give the right to read one more table."""
    user = f"'{NAME}'@'localhost'" if database.is_mariadb else NAME
    _run(database, f"GRANT SELECT ON {table} TO {user}")


def revoke(database: Database, table: str) -> None:
    """Take the right to read a table away."""
    user = f"'{NAME}'@'localhost'" if database.is_mariadb else NAME
    _run(database, f"REVOKE SELECT ON {table} FROM {user}")


def _make_user(database: Database, user: str) -> None:
    if database.is_mariadb:
        _run(database, f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{PASSWORD}'")
    elif not database.rows("SELECT 1 FROM pg_roles WHERE rolname = %s", NAME):
        _run(database, f"CREATE ROLE {NAME} LOGIN PASSWORD '{PASSWORD}'")


def _run(database: Database, sql: str) -> None:
    # Without values no driver looks at percent signs.
    database.run(sql.replace("%%", "%"))


def _url(database: Database) -> str:
    parts = urlsplit(database.url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{NAME}:{PASSWORD}@{host}"))
