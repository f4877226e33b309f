"""`otalink check` looks at every customer user backend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.cli.check import customer_backends
from otalink.cli.check import settings as settings_check
from otalink.customers import directory
from otalink.customers.backends.ldap.config import LdapConfig
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.models import StoredValue
from tests.support.command import Otalink
from tests.support.servers import free_port

FILTER = "PostMaster::PreFilterModule###000-CreateCustomerUser"
ATTRIBUTES = {"login": "uid", "email": "mail", "customer_id": "mail", "first_name": "givenName", "last_name": "sn"}
ATTRIBUTES |= {"language": "", "time_zone": ""}
DEAD = LdapConfig((f"ldap://127.0.0.1:{free_port()}",), "dc=example,dc=org", ATTRIBUTES)


@pytest.fixture(autouse=True)
def _backends_of_the_test() -> Iterator[None]:
    directory.backends.cache_clear()
    yield
    directory.backends.cache_clear()


def configure(settings: Settings, config: LdapConfig) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {**settings.OTALINK_CUSTOMER_BACKENDS, "CustomerUser1": config.factory}
    settings.OTALINK_CUSTOMER_BACKEND_OPTIONS = {"CustomerUser1": config}


@pytest.mark.django_db
def test_it_has_nothing_to_say_about_our_own_database() -> None:
    assert list(customer_backends.problems()) == []


@pytest.mark.django_db
def test_it_names_the_backend_that_does_not_answer(settings: Settings) -> None:
    configure(settings, DEAD)
    (problem,) = customer_backends.problems()
    assert problem.startswith("customer user backend CustomerUser1: the directory does not answer: ")
    assert "refused" in problem


@pytest.mark.django_db
def test_it_warns_of_a_directory_that_is_asked_in_the_clear(settings: Settings) -> None:
    configure(settings, replace(DEAD, urls=(f"ldap://127.0.0.2:{free_port()}",)))
    assert [problem for problem in customer_backends.problems() if "readable" in problem]
    configure(settings, replace(DEAD, urls=(f"ldaps://127.0.0.2:{free_port()}",)))
    directory.backends.cache_clear()
    assert not [problem for problem in customer_backends.problems() if "readable" in problem]


@pytest.mark.django_db
def test_it_names_a_backend_for_new_customer_users_that_is_not_there() -> None:
    value = {**SETTINGS[FILTER].default, "CustomerUserBackend": "CustomerUser7"}
    StoredValue.objects.create(name=FILTER, value=value)
    (problem,) = settings_check.problems()
    assert problem == (
        f"setting {FILTER}: CustomerUserBackend: there is no customer user backend 'CustomerUser7'; the nearest is "
        "'CustomerUser'; until it is, new customer users are kept in CustomerUser"
    )


@pytest.mark.processes
def test_the_command_lists_what_is_wrong_with_each_backend(tmp_path: Path) -> None:
    (tmp_path / "customer-backends.toml").write_text(
        f'[CustomerUser]\nkind = "database"\n\n'
        f'[CustomerUser1]\nkind = "ldap"\nurl = "{DEAD.urls[0]}"\nbase_dn = "dc=example"\n\n'
        f'[CustomerUser2]\nkind = "sql"\nurl = "sqlite:///{tmp_path}/none.sqlite3"\ntable = "people"\n'
        f'columns = {{ login = "uid", email = "mail", customer_id = "company" }}\n'
    )
    done = Otalink(tmp_path)("check")
    assert done.code == 1
    lines = [line for line in done.out.splitlines() if "customer user backend" in line]
    assert [line.split(":")[0] for line in lines] == [
        "  - customer user backend CustomerUser1",
        "  - customer user backend CustomerUser2",
    ]
    assert "unable to open database file" in lines[1]
    assert "Traceback" not in done.err


@pytest.mark.processes
def test_a_mistake_in_the_file_stops_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "customer-backends.toml").write_text('[CustomerUser]\nkind = "files"\n')
    done = Otalink(tmp_path)("customer", "list")
    assert done.code == 1
    expected = (
        f"OTALINK_CUSTOMER_BACKENDS in {tmp_path}/customer-backends.toml: [CustomerUser] kind: 'files' will not do"
    )
    assert done.err == f"otalink: {expected}; accepted: database, ldap, sql, otobo\n"
