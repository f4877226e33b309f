"""Portal and mail intake over a real directory: who it knows, who signs in with its password, and when it is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from otalink.customers import directory
from otalink.customers.backends.configuration import read_backends
from otalink.customers.backends.ldap import entries
from otalink.customers.backends.ldap.backend import LdapBackend
from otalink.customers.models import CustomerUserRecord
from otalink.postmaster import intake
from otalink.postmaster.outcome import Outcome, Result
from tests.support import make
from tests.support.slapd import PASSWORD, PEOPLE, READER, Slapd, slapd

pytestmark = pytest.mark.django_db

Configure = Callable[..., None]
DATABASE = '[CustomerUser]\nkind = "database"\n'


@pytest.fixture(scope="module")
def server() -> Iterator[Slapd]:
    with slapd() as running:
        running.add_person("ann", givenName="Ann", sn="Lee", o="ACME", userPassword="pass word", employeeType="active")
        running.add_person("bob", employeeType="locked", userPassword="pass word")
        yield running


@pytest.fixture(autouse=True)
def _data_folder(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "REST_SECONDS", 0.0)


@pytest.fixture
def configure(server: Slapd, settings: Settings) -> Iterator[Configure]:
    def write(name: str = "CustomerUser1", *, first: str = DATABASE, more: str = "") -> None:
        found = read_backends(f"""
{first}
[{name}]
kind = "ldap"
url = "{server.url}"
bind_dn = "{READER}"
bind_password = "{PASSWORD}"
base_dn = "{PEOPLE}"
receive_timeout = 1
valid_attribute = "employeeType"
valid_value = "active"
attributes = {{ customer_id = "o" }}
{more}
""")
        settings.OTALINK_CUSTOMER_BACKENDS = {name: config.factory for name, config in found.items()}
        settings.OTALINK_CUSTOMER_BACKEND_OPTIONS = found
        directory.backends.cache_clear()

    yield write
    for backend in directory.backends().values():
        if isinstance(backend, LdapBackend):
            backend.close()
    directory.backends.cache_clear()


def mail_from(sender: str) -> Result:
    raw = f"From: {sender}\nTo: support@localhost\nSubject: Printer\nMessage-ID: <{sender}>\n\nIt is on fire.\n"
    return intake.run(raw.encode())


def sign_in(browser: Client, name: str, password: str) -> int:
    return browser.post("/sign-in", {"name": name, "password": password}).status_code


def test_a_mail_of_somebody_in_the_directory_is_theirs(configure: Configure) -> None:
    configure()
    result = mail_from("Somebody Else <ANN@customer.example>")
    assert (result.outcome, result.customer_user) == (Outcome.NEW_TICKET, "ann")
    assert not CustomerUserRecord.objects.exists()


def test_a_mail_of_somebody_locked_makes_no_second_customer_user(configure: Configure) -> None:
    configure()
    assert mail_from("bob@customer.example").outcome is Outcome.NEW_TICKET
    assert not CustomerUserRecord.objects.exists()


def test_where_nobody_can_be_added_the_mail_of_a_stranger_is_filed_all_the_same(configure: Configure) -> None:
    configure("CustomerUser", first="")
    result = mail_from("carl@customer.example")
    assert (result.outcome, result.customer_user) == (Outcome.NEW_TICKET, "carl@customer.example")
    assert directory.find_by_email("carl@customer.example") == []


def test_people_sign_in_with_the_password_of_the_directory(configure: Configure, client: Client) -> None:
    configure(more="passwords = true")
    make.ticket("ann")
    assert sign_in(client, "ann", "wrong") == 403
    assert sign_in(client, "bob", "pass word") == 403
    assert sign_in(client, "nobody", "pass word") == 403
    assert sign_in(client, "Ann@Customer.example", "pass word") == 303
    assert "Printer" in client.get("/tickets/").content.decode()


def test_pages_say_to_try_again_while_the_directory_is_down(
    configure: Configure, client: Client, server: Slapd
) -> None:
    configure(more="passwords = true")
    make.ticket("ann")
    assert sign_in(client, "ann", "pass word") == 303
    with server.frozen():
        assert client.get("/tickets/").status_code == 503
        assert sign_in(Client(), "ann", "pass word") == 503
    assert client.get("/tickets/").status_code == 200


def test_a_mail_waits_while_the_directory_is_down(configure: Configure, server: Slapd) -> None:
    configure()
    with server.frozen():
        assert mail_from("nobody@customer.example").outcome is Outcome.TRY_LATER
    assert mail_from("nobody@customer.example").outcome is Outcome.NEW_TICKET
