"""Which desk is in use, and whether its agents work in our pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from otalink.desk import current
from otalink.desk.agent_port import AgentDesk
from otalink.desk.port import DeskError, TicketNotFound

pytestmark = pytest.mark.django_db


class ElsewhereDesk:
    """A ticket system whose agents have pages of their own."""


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[None]:
    current.select(f"{__name__}.{ElsewhereDesk.__name__}")
    yield
    current.select(settings.OTALINK_DESK)


def test_the_configured_desk_has_its_agents_here() -> None:
    assert isinstance(current.get_desk(), AgentDesk)
    assert current.get_agent_desk() is current.get_desk()


def test_a_desk_whose_agents_work_elsewhere_says_so(elsewhere: None) -> None:
    assert isinstance(current.get_desk(), ElsewhereDesk)
    with pytest.raises(DeskError, match=r"agents work in its own pages, not in these \(.*ElsewhereDesk\)"):
        current.get_agent_desk()


def test_a_desk_that_takes_its_mail_itself_says_so(elsewhere: None) -> None:
    with pytest.raises(DeskError, match=r"takes its mail itself, not through us \(.*ElsewhereDesk\)"):
        current.get_mail_desk()


def test_a_ticket_that_is_not_there_is_named() -> None:
    with pytest.raises(TicketNotFound, match="no ticket '4711'"):
        current.get_ticket("4711")
