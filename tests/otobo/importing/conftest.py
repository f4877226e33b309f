"""A fake OTOBO with the published add-on, and otalink beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from otalink.desk import current
from otalink.otobo import connection
from tests.otobo import beside
from tests.otobo.fake import mails, rights
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.database import Database
from tests.support import make

AddToken = Callable[..., str]
_MAIL = (
    b"From: Ann Lee <ann@customer.example>\nTo: otobo@localhost\nSubject: Printer\nMessage-ID: <1@c.example>\n\nFire\n"
)
_SETTINGS = """
CREATE TABLE sysconfig_modified (
    name VARCHAR(250) NOT NULL, user_id INTEGER, is_valid SMALLINT NOT NULL, effective_value {bytes} NOT NULL
)
"""


def may_read(database: Database, table: str) -> None:
    """Give otalink the right that the import needs."""
    user = f"'{rights.NAME}'@'localhost'" if database.is_mariadb else rights.NAME
    database.run(f"GRANT SELECT ON {table} TO {user}")


@pytest.fixture
def add_on(otobo: Otobo, reader_url: str, settings: Settings, db: None) -> Iterator[Otobo]:
    """An OTOBO with the add-on, which is our desk too; Ann is a customer user of ours."""
    otobo.database.run(_SETTINGS.format(bytes="LONGBLOB" if otobo.database.is_mariadb else "TEXT"))
    for table in ("ota_tokens", "sysconfig_modified"):
        may_read(otobo.database, table)
    before = configured.OTALINK_DESK
    beside.configure(settings, reader_url)
    beside.select_desk()
    make.customer()
    yield otobo
    connection.close()
    current.select(before)


@pytest.fixture
def ticket(add_on: Otobo) -> Filed:
    """A ticket of Ann's in OTOBO."""
    return mails.new_ticket(add_on, _MAIL)


@pytest.fixture
def add_token(add_on: Otobo) -> AddToken:
    """Makes a token as the add-on keeps it, and returns it."""
    made = 0

    def add(number: str, *, used: int = 2, user: str = make.ANN, age: timedelta = timedelta(hours=1)) -> str:
        nonlocal made
        made += 1
        token = f"aB3dE5fG7hJ9kL1mN3pQ{made:04d}"
        then = (datetime.now(UTC) - age).replace(tzinfo=None, microsecond=0)
        stamps = {"change_time": then, "create_time": then}
        add_on.database.insert("ota_tokens", token=token, ticket_number=number, user=user, used=used, **stamps)
        return token

    return add
