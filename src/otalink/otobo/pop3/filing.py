"""What the desk does with mail that came to us, where OTOBO fetches it from the drop: it is told how to file it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from otalink.desk.types import Article, ArticleDraft, Routing, StateType, Ticket
from otalink.otobo import drop
from otalink.otobo.pop3 import headers

_FIELD = "DynamicField-"
# What no reader of a mail needs to be told: it is for them alone.
_HIDDEN = {"FollowUp-IsVisibleForCustomer": "0"}


def put_new(draft: ArticleDraft, routing: Routing) -> Ticket:
    """Have OTOBO open a ticket; its number is not known before, and empty.

    Raises:
        OSError
    """
    fields = {f"{_FIELD}{name}": value for name, value in routing.dynamic_fields.items()}
    given = {
        "CustomerUser": routing.customer_login,
        "CustomerNo": routing.customer_id,
        "Queue": routing.queue,
        "Title": routing.title if routing.title != draft.subject else "",
        "State": routing.state,
        "Priority": routing.priority,
        **fields,
    }
    _put(draft, given)
    now = timezone.now()
    return Ticket(
        number="",
        title=routing.title,
        state=routing.state,
        state_type=StateType.NEW,
        priority=routing.priority,
        queue=routing.queue,
        queue_email="",
        queue_sender_name="",
        customer_login=routing.customer_login,
        customer_id=routing.customer_id,
        created=now,
        changed=now,
        closed=None,
    )


def put_follow_up(number: str, draft: ArticleDraft) -> Article:
    """Have OTOBO file a follow-up, seen by the customer if it is their own word.

    Raises:
        OSError
    """
    _put(draft, {} if draft.visible_for_customer else _HIDDEN, f"[Ticket#{number}]")
    return Article(
        id=0,
        sender_type=draft.sender_type,
        from_address=draft.from_address,
        from_name=draft.from_name,
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        message_id=draft.message_id,
        references=draft.references,
        visible_for_customer=draft.visible_for_customer,
        created=timezone.now(),
    )


@transaction.atomic
def _put(draft: ArticleDraft, given: Mapping[str, str], tag: str = "") -> None:
    drop.put(*headers.with_headers(draft.original, given, tag))
