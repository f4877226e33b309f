"""The desk this installation runs on; the boot configuration names its class."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from otalink.desk.agent_port import AgentDesk
from otalink.desk.mail_port import MailDesk
from otalink.desk.port import Desk, DeskError, TicketNotFound
from otalink.desk.types import Ticket

_selected: list[str] = []


def select(dotted_name: str) -> None:
    """Choose the desk by the dotted name of a class without constructor arguments."""
    _selected[:] = [dotted_name]
    get_desk.cache_clear()
    get_mail_desk.cache_clear()
    get_agent_desk.cache_clear()


@cache
def get_desk() -> Desk:
    """The desk in use.

    Raises:
        RuntimeError: nobody called `select` yet.
    """
    if not _selected:
        raise RuntimeError("no desk selected")
    module, _, name = _selected[0].rpartition(".")
    return cast(Desk, getattr(import_module(module), name)())


def get_ticket(number: str) -> Ticket:
    """The ticket of that number.

    Raises:
        TicketNotFound
    """
    ticket = get_desk().find_ticket(number)
    if ticket is None:
        raise TicketNotFound(f"no ticket {number!r}")
    return ticket


@cache
def get_mail_desk() -> MailDesk:
    """The desk in use, whose mail comes in through us.

    Raises:
        DeskError: it takes its mail itself.
        RuntimeError: nobody called `select` yet.
    """
    desk = get_desk()
    if not isinstance(desk, MailDesk):
        raise DeskError(f"the desk takes its mail itself, not through us ({_selected[0]})")
    return desk


@cache
def get_agent_desk() -> AgentDesk:
    """The desk in use, whose agents work in our pages.

    Raises:
        DeskError: they work in another system.
        RuntimeError: nobody called `select` yet.
    """
    desk = get_desk()
    if not isinstance(desk, AgentDesk):
        raise DeskError(f"the desk's agents work in its own pages, not in these ({_selected[0]})")
    return desk
