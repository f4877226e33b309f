"""What several tests of customer users start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from otalink.customers import commands
from tests.customers.ann import OLD
from tests.support.ldap_backends import Make, backends_on
from tests.support.make import ANN, customer
from tests.support.slapd import Slapd, slapd


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """These tests take mail in too: attachments and mail of one are no other's."""


@pytest.fixture(scope="module")
def server() -> Iterator[Slapd]:
    """A directory for the tests of one file."""
    with slapd() as running:
        yield running


@pytest.fixture
def make(server: Slapd) -> Iterator[Make]:
    """Makes LDAP backends over it; nobody is in the directory afterwards."""
    with backends_on(server) as made:
        yield made


@pytest.fixture
def ann_has_two_addresses() -> None:
    """Ann with a further address."""
    customer()
    commands.address_add(ANN, "Ann@Bücher.example")


@pytest.fixture
def ann_twice() -> None:
    """Ann, who wrote from another address as well, is two customer users."""
    customer()
    customer(OLD)
