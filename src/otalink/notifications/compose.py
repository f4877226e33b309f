"""A letter or an auto-reply as a mail: headers, text and HTML."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from otalink.customers import addresses
from otalink.desk.types import Article
from otalink.notifications import answer_files, layout, message_ids, tags, values
from otalink.notifications.answer_files import NO_FILES, AnswerFiles
from otalink.notifications.letter import Letter
from otalink.notifications.models import NotificationEvent, OutboxMail
from otalink.notifications.templates import Template
from otalink.notifications.transport.headers import mark_automatic, person, set_plain_thread, set_thread
from otalink.notifications.transport.message import OutgoingMail

# Written by the machine alone; an agent's reply is a person's, and may be answered by another machine.
_AUTO_SUBMITTED = {
    NotificationEvent.TICKET_CREATED: "auto-replied",
    NotificationEvent.LINK_REFRESHED: "auto-generated",
    NotificationEvent.PARTICIPANT_ADDED: "auto-generated",
}


def compose(letter: Letter, link: str, code: str = "", files: AnswerFiles = NO_FILES) -> OutgoingMail:
    """The mail that a letter becomes, with the files of its answer; its link signs in by itself if there is a `code`.

    To an address that is not proven it carries nothing that the sender of a mail chose, but the id of that mail in the
    headers that no reader sees, and by which threads hold.

    Raises:
        ValueError: no mail can be addressed to the customer user, or from the queue.
    """
    put_in = {
        **values.of(letter, link),
        tags.CODE: code,
        tags.NOT_ME: f"{link}/not-me" if code else "",
        tags.FILES: answer_files.names(files),
    }
    template = answer_files.naming(letter.template if code else _without_code(letter.template), files)
    message = OutgoingMail()
    message["From"] = person(addresses.require(letter.ticket.queue_email), letter.ticket.queue_sender_name)
    message["To"] = person(
        addresses.require(letter.customer.email), letter.customer.full_name if letter.is_proven else ""
    )
    message["Subject"] = values.subject(letter, put_in)
    message["Date"] = timezone.now()
    message["Message-ID"] = f"<{letter.mail.message_id}>"
    if letter.customer_article and letter.is_proven:
        set_thread(message, letter.customer_article.message_id, _references(letter, letter.customer_article))
    elif letter.customer_article:
        set_plain_thread(message, letter.customer_article.message_id)
    if letter.reply_address:
        message["Reply-To"] = person(addresses.require(letter.reply_address), letter.ticket.queue_sender_name)
    if kind := _AUTO_SUBMITTED.get(NotificationEvent(letter.mail.event)):
        mark_automatic(message, kind)
    text_values = {**put_in, "OTOBO_CUSTOMER_BODY": _quoted(put_in["OTOBO_CUSTOMER_BODY"])}
    html = template.html or layout.page(template.text, template.language)
    message.text = tags.expand(template.text, text_values)
    message.html = tags.expand(html, put_in, as_html=True)
    message.files = files.attached
    return message


def compose_auto_reply(mail: OutboxMail) -> OutgoingMail:
    """The mail that an auto-reply becomes.

    Raises:
        ValueError: no mail can be sent to such an address, or from it.
    """
    content = mail.auto_reply
    message = OutgoingMail()
    message["From"] = person(addresses.require(content.sender))
    message["To"] = person(addresses.require(content.recipient))
    message["Subject"] = content.subject
    message["Date"] = mail.created
    message["Message-ID"] = f"<{mail.message_id}>"
    set_plain_thread(message, content.in_reply_to)
    mark_automatic(message, "auto-replied")
    message.text = content.text
    return message


def _references(letter: Letter, article: Article) -> list[str]:
    """What the article refers to, without the message ids of our mails to others: who knows one can pass for them."""
    is_own = addresses.normal(article.from_address) == addresses.normal(letter.customer.email)
    return [id_ for id_ in article.references if is_own or not message_ids.own(id_)]


def _without_code(template: Template) -> Template:
    # An operator's HTML may be of any build: there, the tags become nothing.
    return replace(template, text=tags.without_paragraphs(template.text, tags.CODE, tags.NOT_ME))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n")) if text else ""
