"""Settings that name a queue or a dynamic field are checked against OTOBO's, where OTOBO is the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from otalink.otobo import connection, names
from otalink.sysconfig import named, store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from otalink.sysconfig.named import Kind
from otalink.sysconfig.setting import InvalidValue
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_otobo(beside: Rest) -> Iterator[None]:
    before = dict(named._registered)
    names.register()
    yield
    named._registered.update(before)


def _name_checkbox(name: str) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**store.get(CREATE_CUSTOMER_USER), "SetCheckBoxName": name})


def test_what_otobo_has_may_be_named(otobo: Otobo) -> None:
    assert "Raw" in (named.existing(Kind.QUEUE) or [])
    assert {"new", "open"} <= set(named.existing(Kind.STATE) or [])
    assert named.existing(Kind.PRIORITY)
    (field,) = otobo.database.row("SELECT name FROM dynamic_field WHERE field_type = 'Checkbox'")
    _name_checkbox(field)
    assert named.problem(Kind.FIELD, field) == ""


def test_what_it_has_not_is_refused_with_what_there_is(otobo: Otobo) -> None:
    with pytest.raises(InvalidValue, match="there is no dynamic field of type checkbox 'Nonsense'"):
        _name_checkbox("Nonsense")
    otobo.run("UPDATE queue SET valid_id = 2 WHERE name = 'Raw'")
    assert "there is no queue 'Raw'" in named.problem(Kind.QUEUE, "Raw")


def test_while_otobo_is_away_nothing_is_refused(settings: Settings) -> None:
    connection.close()
    settings.OTALINK_OTOBO_DATABASE = {**settings.OTALINK_OTOBO_DATABASE, "PORT": "1"}
    _name_checkbox("Nonsense")
    assert named.existing(Kind.QUEUE) is None
