"""What a row of OTOBO's history is to customers."""

from __future__ import annotations

from otalink.desk.types import HistoryType, SenderType
from otalink.otobo import facts
from otalink.otobo.reading.history import HistoryRow


def kind_of(row: HistoryRow) -> HistoryType | None:
    """The step that a row stands for; None for one that is nothing to customers.

    The first row with an article is a ticket's beginning: before it, OTOBO was still at writing the ticket.
    """
    if row.article_id is None or not row.visible_for_customer:
        return None
    if row.sender_type == SenderType.AGENT:
        return HistoryType.AGENT_REPLY
    if row.sender_type != SenderType.CUSTOMER:
        return None
    if row.is_first:
        return HistoryType.NEW_TICKET
    is_mail = row.type in facts.MAIL_OF_CUSTOMERS and not row.name.removeprefix("%%").startswith(facts.OURS)
    return HistoryType.FOLLOW_UP if is_mail else HistoryType.CUSTOMER_REPLY
