"""What stands for each tag in a mail; to an unproven address, nothing that the sender of a mail chose."""

from __future__ import annotations

from otalink.common.languages import translated
from otalink.desk.types import Article
from otalink.notifications import tags, texts
from otalink.notifications.letter import Letter
from otalink.notifications.models import NotificationEvent
from otalink.notifications.transport.headers import one_line

_LONGEST_BODY = 100_000
_TITLE = "OTOBO_TICKET_Title"
# They hold the title, which the sender chose; so do the subjects of replies to it.
_SUBJECTS = ("OTOBO_CUSTOMER_SUBJECT", "OTOBO_AGENT_SUBJECT")


def of(letter: Letter, link: str) -> dict[str, str]:
    """The values by the name of their tags."""
    values = _all(letter, link)
    if letter.is_proven:
        return values
    title = values[_TITLE] if letter.shows_title else f"Ticket#{letter.ticket.number}"
    # Who somebody is said to be, by the sender alone.
    neutral = {**dict.fromkeys(tags.PERSON, ""), **dict.fromkeys(_SUBJECTS, title)}
    return {**values, **neutral, _TITLE: title, "OTOBO_CUSTOMER_BODY": ""}


def subject(letter: Letter, values: dict[str, str]) -> str:
    """The subject of the mail, with the ticket's number."""
    tag, template = f"[Ticket#{letter.ticket.number}]", letter.template
    if letter.shows_title or template.subject != texts.SUBJECT:
        return f"{tag} {one_line(tags.expand(template.subject, values))}"
    return f"{texts.neutral_subject(NotificationEvent(letter.mail.event), _language(letter))} {tag}"


def _all(letter: Letter, link: str) -> dict[str, str]:
    ticket, customer = letter.ticket, letter.customer
    return {
        tags.LINK: link,
        "OTOBO_TICKET_TicketNumber": ticket.number,
        _TITLE: _without_tag(ticket.title, ticket.number) or translated(texts.NO_SUBJECT, _language(letter)),
        "OTOBO_TICKET_State": ticket.state,
        "OTOBO_TICKET_Queue": ticket.queue,
        "OTOBO_TICKET_QueueSenderName": ticket.queue_sender_name or ticket.queue,
        "OTOBO_TICKET_CustomerID": ticket.customer_id,
        "OTOBO_TICKET_CustomerUserID": ticket.customer_login,
        "OTOBO_CUSTOMER_DATA_UserLogin": customer.login,
        "OTOBO_CUSTOMER_DATA_UserFirstname": customer.first_name or customer.full_name,
        "OTOBO_CUSTOMER_DATA_UserLastname": customer.last_name,
        "OTOBO_CUSTOMER_DATA_UserFullname": customer.full_name,
        "OTOBO_CUSTOMER_DATA_UserEmail": customer.email,
        "OTOBO_CUSTOMER_DATA_UserCustomerID": customer.customer_id,
        "OTOBO_CUSTOMER_SUBJECT": letter.customer_article.subject if letter.customer_article else "",
        "OTOBO_CUSTOMER_BODY": _body(letter.customer_article),
        "OTOBO_AGENT_SUBJECT": letter.agent_article.subject if letter.agent_article else "",
        "OTOBO_AGENT_BODY": _body(letter.agent_article),
    }


def _language(letter: Letter) -> str:
    return letter.template.language.partition("-")[0]


def _without_tag(title: str, number: str) -> str:
    # A title taken from a subject may hold the tag that the new subject begins with.
    return one_line(title.replace(f"[Ticket#{number}]", ""))


def _body(article: Article | None) -> str:
    text = article.text.replace("\r\n", "\n").strip() if article else ""
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]} …"
