"""`000-CreateCustomerUser`: whoever writes becomes a customer user, and nobody can pass for another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from otalink.customers import directory, provisional
from otalink.customers.addresses import normal
from otalink.customers.types import DEFAULT_BACKEND, BackendReadOnly, CustomerUser, CustomerUserExists
from otalink.mail.incoming import IncomingMail
from otalink.postmaster import holding, moderation
from otalink.postmaster.authentication import permissions
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.senders import customer_users_of

log = structlog.get_logger(__name__)


class CreateCustomerUser:
    """The pre-filter; its three settings stand in `declarations.CREATE_CUSTOMER_USER`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._protects = bool(config["CustomerHeaderSpoofProtection"])
        self._backend = config["CustomerUserBackend"] or DEFAULT_BACKEND
        self._checkbox = config["SetCheckBoxName"]

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Find or make the customer user of a new ticket, and say so in the mail's directives."""
        if not context.is_new_ticket:
            return Continue(mail)
        found = customer_users_of(mail.author_address)
        if found:
            return Continue(self._known(mail, found))
        if mail.author_address and not context.automatic:
            return Continue(self._unknown(mail, context))
        return Continue(_filed_under_address(mail) if self._protects else mail)

    def _known(self, mail: IncomingMail, found: list[CustomerUser]) -> IncomingMail:
        user = next((user for user in found if user.valid), None)
        if user is None:
            return mail
        return self._marked(_filed_under(mail, user) if self._protects else mail, user)

    def _unknown(self, mail: IncomingMail, context: Context) -> IncomingMail:
        is_old = context.delivery.archived
        reason = permissions.why_no_account(mail, context.delivery) or moderation.why_no_account(mail)
        reason = reason or ("" if is_old else provisional.refusal(mail.author_address))
        if reason:
            return holding.mark(_filed_under_address(mail), self._backend, reason)
        try:
            user = directory.add(holding.newcomer(mail, self._backend), self._backend)
        except CustomerUserExists:
            # Another mail of theirs was quicker.
            return self._known(_filed_under_address(mail), customer_users_of(mail.author_address))
        except (BackendReadOnly, LookupError) as error:
            log.error("no customer user made", backend=self._backend, reason=str(error))  # noqa: TRY400 - no traceback
            return _filed_under_address(mail)
        provisional.record(user.login, user.email, counts=not is_old)
        return self._marked(_filed_under(mail, user), user)

    def _marked(self, mail: IncomingMail, user: CustomerUser) -> IncomingMail:
        if not self._checkbox or user.backend != self._backend:
            return mail
        return _with(mail, {f"DynamicField-{self._checkbox}": "1"})


def _filed_under(mail: IncomingMail, user: CustomerUser) -> IncomingMail:
    return _with(mail, {"CustomerUser": user.login, "CustomerNo": user.customer_id})


def _filed_under_address(mail: IncomingMail) -> IncomingMail:
    # Whatever customer user the headers named, it was nobody's word but the sender's.
    address = normal(mail.author_address)
    return _with(mail, {"CustomerUser": address, "CustomerNo": address})


def _with(mail: IncomingMail, directives: Mapping[str, str]) -> IncomingMail:
    return replace(mail, directives={**mail.directives, **directives})
