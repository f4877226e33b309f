"""What the tests of the OpenID provider share."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.desk.types import Ticket
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OPENID_ACTIVE
from tests.oidc import flow
from tests.oidc.flow import Party


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path, settings: Settings) -> None:
    """Mail of every test is written to a folder of its own."""
    settings.OTALINK_MAIL_URL = (data_folder / "outgoing").as_uri()


@pytest.fixture
def on(db: None) -> None:
    """The provider is switched on."""
    store.set_value(OPENID_ACTIVE.name, "1")


@pytest.fixture
def desk(on: None, ticket: Ticket) -> Party:
    """A confidential client, a customer user, and their ticket."""
    return flow.party(title="Support portal")


@pytest.fixture
def app(on: None, ticket: Ticket) -> Party:
    """A public client."""
    return flow.party("app", is_public=True)
