"""Short ways to the things tests start from, made through the product's own functions."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.desk.types import NOT_CHECKED, ArticleDraft, Attachment, Authentication, Routing, SenderType, Ticket
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk

ANN = "ann@customer.example"


def customer(login: str = ANN, first_name: str = "Ann", last_name: str = "Lee", **values: object) -> CustomerUser:
    """A customer user in the default backend."""
    user = CustomerUser(login, login, login, first_name, last_name, **values)  # type: ignore[arg-type]
    return directory.add(user, "CustomerUser")


def draft(
    text: str = "The printer is on fire.",
    *,
    sender_type: SenderType = SenderType.CUSTOMER,
    from_address: str = ANN,
    subject: str = "Printer",
    html: str = "",
    message_id: str = "",
    references: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    visible_for_customer: bool = True,
    authentication: Authentication = NOT_CHECKED,
) -> ArticleDraft:
    """A message."""
    return ArticleDraft(
        sender_type=sender_type,
        from_address=from_address,
        from_name="Ann Lee",
        subject=subject,
        text=text,
        html=html,
        message_id=message_id,
        references=references,
        attachments=attachments,
        visible_for_customer=visible_for_customer,
        authentication=authentication,
    )


def ticket(login: str = ANN, article: ArticleDraft | None = None, **routing: object) -> Ticket:
    """A new ticket of a customer user (who need not exist)."""
    return MiniDesk().create_ticket(article or draft(from_address=login), Routing(login, login, **routing))  # type: ignore[arg-type]


def participant(number: str, login: str = ANN) -> None:
    """Let somebody take part in a ticket, untold."""
    MiniDesk().add_participant(number, login, notify=False)


def close(number: str, at: datetime | None = None, state: str = "closed successful") -> None:
    """Close a ticket, now or in the past."""
    changes.set_state(changes.find(number), state, at or timezone.now())
