"""A letter or an auto-reply as a mail: headers, text and HTML."""

from __future__ import annotations

from email.message import EmailMessage

from django.utils import timezone

from otalink.common.languages import translated
from otalink.customers import addresses
from otalink.desk.types import Article
from otalink.notifications import layout, tags, texts
from otalink.notifications.headers import POLICY, mark_automatic, one_line, person, set_thread
from otalink.notifications.letter import Letter
from otalink.notifications.models import NotificationEvent, OutboxMail

# Written by the machine alone; an agent's reply is a person's, and may be answered by another machine.
_AUTO_SUBMITTED = {
    NotificationEvent.TICKET_CREATED: "auto-replied",
    NotificationEvent.LINK_REFRESHED: "auto-generated",
    NotificationEvent.PARTICIPANT_ADDED: "auto-generated",
}
_LONGEST_BODY = 100_000


def compose(letter: Letter, link: str) -> EmailMessage:
    """The mail that a letter becomes.

    Raises:
        ValueError: no mail can be addressed to the customer user, or from the queue.
    """
    values = _values(letter, link)
    template = letter.template
    message = EmailMessage(policy=POLICY)
    message["From"] = person(addresses.require(letter.ticket.queue_email), letter.ticket.queue_sender_name)
    message["To"] = person(addresses.require(letter.customer.email), letter.customer.full_name)
    message["Subject"] = f"[Ticket#{letter.ticket.number}] {one_line(tags.expand(template.subject, values))}"
    message["Date"] = timezone.now()
    message["Message-ID"] = f"<{letter.mail.message_id}>"
    if letter.customer_article:
        set_thread(message, letter.customer_article.message_id, letter.customer_article.references)
    if kind := _AUTO_SUBMITTED.get(NotificationEvent(letter.mail.event)):
        mark_automatic(message, kind)
    text_values = {**values, "OTOBO_CUSTOMER_BODY": _quoted(values["OTOBO_CUSTOMER_BODY"])}
    html = template.html or layout.page(template.text, template.language)
    message.set_content(tags.expand(template.text, text_values), cte="quoted-printable")
    message.add_alternative(tags.expand(html, values, as_html=True), subtype="html", cte="quoted-printable")
    return message


def compose_auto_reply(mail: OutboxMail) -> EmailMessage:
    """The mail that an auto-reply becomes.

    Raises:
        ValueError: no mail can be sent to such an address, or from it.
    """
    content = mail.auto_reply
    message = EmailMessage(policy=POLICY)
    message["From"] = person(addresses.require(content.sender))
    message["To"] = person(addresses.require(content.recipient))
    message["Subject"] = content.subject
    message["Date"] = mail.created
    message["Message-ID"] = f"<{mail.message_id}>"
    set_thread(message, content.in_reply_to)
    mark_automatic(message, "auto-replied")
    message.set_content(content.text, cte="quoted-printable")
    return message


def _values(letter: Letter, link: str) -> dict[str, str]:
    ticket, customer = letter.ticket, letter.customer
    untitled = translated(texts.NO_SUBJECT, letter.template.language.partition("-")[0])
    return {
        tags.LINK: link,
        "OTOBO_TICKET_TicketNumber": ticket.number,
        "OTOBO_TICKET_Title": _without_tag(ticket.title, ticket.number) or untitled,
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


def _without_tag(title: str, number: str) -> str:
    # A title taken from a subject may hold the tag that the new subject begins with.
    return one_line(title.replace(f"[Ticket#{number}]", ""))


def _body(article: Article | None) -> str:
    text = article.text.replace("\r\n", "\n").strip() if article else ""
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]} …"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))
