"""`000-CreateCustomerUser`: whoever writes becomes a customer user, and nobody can pass for another.

It decides first, and makes the account last: a mail that a later filter stops or takes for automatic makes nobody, and
whose author a later filter holds back waits for an agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from otalink.customers import directory, provisional
from otalink.customers.addresses import normal
from otalink.customers.types import DEFAULT_BACKEND, BackendReadOnly, CustomerUser, CustomerUserExists
from otalink.mail.incoming import IncomingMail
from otalink.postmaster import moderation
from otalink.postmaster.authentication import permissions
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filing import Filing
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.senders import customer_users_of, newcomer
from otalink.sysconfig import named
from otalink.sysconfig.named import Kind

log = structlog.get_logger(__name__)


class CreateCustomerUser:
    """The pre-filter; its three settings stand in `declarations.CREATE_CUSTOMER_USER`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._protects = bool(config["CustomerHeaderSpoofProtection"])
        self._backend = _backend(config["CustomerUserBackend"])
        checkbox = config["SetCheckBoxName"]
        self._checked = {f"DynamicField-{checkbox}": "1"} if checkbox else {}

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Say whose a new ticket is, and whom its author is to become where nobody knows them."""
        filing = context.filing
        if not context.is_new_ticket:
            return Continue(mail)
        if found := customer_users_of(mail.author_address):
            if permissions.is_proven(mail, context.delivery):
                self._prove(found)
            return Continue(mail, _with(filing, self._of_known(found) or (_of_address(mail) if self._protects else {})))
        if not mail.author_address or mail.automatic:
            return Continue(mail, _with(filing, _of_address(mail) if self._protects else {}))
        user = newcomer(mail, self._backend)
        hold = filing.hold or moderation.why_no_account(mail, context.delivery)
        filing = filing.with_directives({**_of_address(mail), **self._checked})
        return Continue(mail, replace(filing, newcomer=user, hold=hold))

    def finish(self, mail: IncomingMail, context: Context) -> Filing:
        """Make the customer user, unless the mail turned out to be automatic or its author must wait."""
        filing = context.filing
        if filing.newcomer is None or not context.is_new_ticket:
            return filing
        waits = bool(mail.automatic or filing.hold)
        outcome = {} if waits else self._make(filing.newcomer, mail, context.delivery)
        before = {**_of_address(mail), **self._checked}
        after = {**mail.directives, **_of_address(mail), **outcome}
        # What a later filter said instead of us stays.
        ours = {name for name, value in before.items() if filing.directives.get(name) == value}
        others = {name: value for name, value in filing.directives.items() if name not in ours}
        return replace(filing, directives={**others, **{name: after[name] for name in ours if name in after}})

    def _make(self, user: CustomerUser, mail: IncomingMail, delivery: Delivery) -> dict[str, str]:
        """What is to be said of the ticket once there is such a customer user; empty where none could be made."""
        backend = user.backend or self._backend
        try:
            made = directory.add(user, backend)
        except CustomerUserExists:
            # Another mail of theirs was quicker.
            return self._of_known(customer_users_of(user.email))
        except (BackendReadOnly, LookupError) as error:
            log.error("no customer user made", backend=backend, reason=str(error))  # noqa: TRY400 - no traceback
            return {}
        is_proven = permissions.is_proven(mail, delivery)
        provisional.record(made.login, made.email, counts=not delivery.archived, proven=is_proven)
        return {**_of(made), **self._mark(made)}

    def _prove(self, found: list[CustomerUser]) -> None:
        for user in found:
            # Others can be nobody whom a mail made.
            if user.backend == self._backend:
                provisional.prove(user.login)

    def _of_known(self, found: list[CustomerUser]) -> dict[str, str]:
        user = next((user for user in found if user.valid), None)
        if user is None:
            return {}
        return {**(_of(user) if self._protects else {}), **self._mark(user)}

    def _mark(self, user: CustomerUser) -> dict[str, str]:
        return self._checked if user.backend == self._backend else {}


def _backend(name: str) -> str:
    if name and (problem := named.problem(Kind.BACKEND, name)):
        log.error("new customer users are kept in the default backend", problem=problem)
        return DEFAULT_BACKEND
    return name or DEFAULT_BACKEND


def _of(user: CustomerUser) -> dict[str, str]:
    return {"CustomerUser": user.login, "CustomerNo": user.customer_id}


def _of_address(mail: IncomingMail) -> dict[str, str]:
    # Whatever customer user the headers named, it was nobody's word but the sender's.
    address = normal(mail.author_address)
    return {"CustomerUser": address, "CustomerNo": address}


def _with(filing: Filing, directives: Mapping[str, str]) -> Filing:
    return filing.with_directives(directives) if directives else filing
