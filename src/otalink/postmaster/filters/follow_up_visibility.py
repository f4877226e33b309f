"""`900-FollowUpArticleVisibility`: what somebody who takes no part in a ticket writes is for the agents alone.

A mail's tag or message id, which lead to the ticket, are passed on with every forwarded mail; they prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.follow_up import is_by_customer
from otalink.postmaster.senders import customer_users_of
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import boolean


class FollowUpArticleVisibility:
    """The pre-filter; `SameCustomerID` also shows what colleagues of the customer write."""

    KEYS: Mapping[str, Key[Any]] = {"SameCustomerID": Key(boolean, default=False)}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._shows_colleagues: bool = config["SameCustomerID"]

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Say whether the customer may see a follow-up."""
        if context.ticket is None:
            return Continue(mail)
        is_visible = is_by_customer(mail, context.ticket) or self._is_by_colleague(mail, context.ticket)
        return Continue(mail, replace(context.filing, visible=is_visible))

    def _is_by_colleague(self, mail: IncomingMail, ticket: Ticket) -> bool:
        # A customer ID that is just the address of one person is nobody's company.
        if not self._shows_colleagues or not ticket.customer_id or "@" in ticket.customer_id:
            return False
        return any(
            user.valid and user.customer_id == ticket.customer_id for user in customer_users_of(mail.author_address)
        )
