"""Real ends of the seams, made to do what installations do on bad days; the settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otalink.customers.backends.database import DatabaseBackend
from otalink.customers.types import BackendReadOnly, BackendUnavailable, CustomerUser
from otalink.desk.port import DeskUnavailable
from otalink.desk.types import ArticleDraft, Routing, Ticket
from otalink.mail.incoming import IncomingMail
from otalink.minidesk.desk import MiniDesk
from otalink.postmaster.filters.base import Context, FilterResult, Ignore, Reject


class UnavailableBackend(DatabaseBackend):
    """A directory server that does not answer."""

    def find_by_email(self, email: str) -> list[CustomerUser]:
        raise BackendUnavailable("no answer")


class ReadOnlyBackend(DatabaseBackend):
    """A directory that takes nobody new."""

    def add(self, user: CustomerUser) -> CustomerUser:
        raise BackendReadOnly("read-only")


class KeepingBackend(DatabaseBackend):
    """A directory from which nobody can be deleted."""

    def delete(self, login: str) -> None:
        raise BackendReadOnly("read-only")


class RacedBackend(DatabaseBackend):
    """A directory in which somebody else is always quicker."""

    def add(self, user: CustomerUser) -> CustomerUser:
        super().add(user)
        return super().add(user)


class UnavailableDesk(MiniDesk):
    """A ticket system that goes away after it took the ticket."""

    def create_ticket(self, draft: ArticleDraft, routing: Routing) -> Ticket:
        super().create_ticket(draft, routing)
        raise DeskUnavailable("gone")


class FailingDesk(MiniDesk):
    """A ticket system with a fault, after it took the ticket."""

    def create_ticket(self, draft: ArticleDraft, routing: Routing) -> Ticket:
        super().create_ticket(draft, routing)
        raise RuntimeError("a fault")


class AccentBlindBackend(DatabaseBackend):
    """A directory whose database takes every address for every other, as some do with é and e."""

    def find_by_email(self, email: str) -> list[CustomerUser]:
        return self.list()


class IgnoreAll:
    """A pre-filter that drops everything."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        return Ignore("not wanted")


class RejectAll(IgnoreAll):
    """A pre-filter that refuses everything."""

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        return Reject("not wanted here")
