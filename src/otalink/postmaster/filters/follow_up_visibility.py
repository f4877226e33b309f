"""`900-FollowUpArticleVisibility`: what is not proven to be by somebody who takes part in a ticket is for agents alone.

A ticket's number can be counted, and a mail's message id is passed on with every forwarded mail; `desk.standing` says
what does prove something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from otalink.desk.types import Standing, Ticket
from otalink.mail.incoming import IncomingMail
from otalink.postmaster import follow_up
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.senders import customer_users_of
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import boolean


class FollowUpArticleVisibility:
    """The pre-filter; `SameCustomerID` also shows what colleagues of the customer write, where they are proven."""

    KEYS: Mapping[str, Key[Any]] = {"SameCustomerID": Key(boolean, default=False)}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._shows_colleagues: bool = config["SameCustomerID"]

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Say whether the customer may see a follow-up."""
        if context.ticket is None:
            return Continue(mail)
        standing = follow_up.standing(mail, context.delivery, context.ticket)
        if standing is Standing.STRANGER and self._is_by_colleague(mail, context.ticket):
            standing = follow_up.standing(mail, context.delivery, context.ticket, by_colleague=True)
        return Continue(mail, replace(context.filing, visible=standing.is_own, standing=standing))

    def _is_by_colleague(self, mail: IncomingMail, ticket: Ticket) -> bool:
        # A customer ID that is just the address of one person is nobody's company.
        if not self._shows_colleagues or not ticket.customer_id or "@" in ticket.customer_id:
            return False
        return any(
            user.valid and user.customer_id == ticket.customer_id for user in customer_users_of(mail.author_address)
        )
