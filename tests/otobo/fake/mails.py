"""What comes in by mail: new tickets and follow-ups, written in the recorded order."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

from inscriptis import get_text

from tests.otobo.fake import answers
from tests.otobo.fake.articles import HTML, Draft, File, address_of, mail, store, store_raw, tidied
from tests.otobo.fake.core import Filed, Otobo

_KEPT_OPEN = {"new", "open"}


def new_ticket(otobo: Otobo, raw: bytes = b"", queue: str = "Raw") -> Filed:
    """A mail opens a ticket; its history is NewTicket, CustomerUpdate, EmailCustomer and what is answered."""
    raw = raw or mail()
    message = _parsed(raw)
    ticket = open_ticket(otobo, str(message["Subject"] or ""), queue, address_of(str(message["From"])))
    article = store(otobo, ticket.id, _draft(message, raw))
    otobo.history("EmailCustomer", ticket.id, "%%", article)
    filed = Filed(ticket.id, ticket.number, article)
    answers.after_new_ticket(otobo, filed, str(message["From"]))
    store_raw(otobo, article, raw)
    answers.at_the_end(otobo, filed, str(message["From"]))
    return filed


def open_ticket(otobo: Otobo, title: str, queue: str, login: str, *, customer: str | None = None, by: int = 1) -> Filed:
    """A ticket without articles: first of nobody, then its customer's."""
    number = _next_number(otobo)
    ticket_id = otobo.insert(
        "ticket", by, tn=number, title=title[:191], queue_id=otobo.id_of("queue", queue), ticket_lock_id=1, type_id=1,
        user_id=by, responsible_user_id=1, ticket_priority_id=otobo.id_of("ticket_priority", "3 normal"),
        ticket_state_id=otobo.id_of("ticket_state", "new"), timeout=0, until_time=0, escalation_time=0,
        escalation_update_time=0, escalation_response_time=0, escalation_solution_time=0, archive_flag=0,
    )  # fmt: skip
    otobo.history("NewTicket", ticket_id, f"%%{number}%%{queue}%%3 normal%%new%%{ticket_id}", by=by)
    set_customer(otobo, ticket_id, login, login if customer is None else customer, by=by)
    return Filed(ticket_id, number)


def set_customer(otobo: Otobo, ticket_id: int, login: str, customer: str, by: int = 1) -> None:
    """The ticket becomes somebody's."""
    otobo.change_ticket(ticket_id, by, customer_id=customer)
    otobo.change_ticket(ticket_id, by, customer_user_id=login)
    otobo.history("CustomerUpdate", ticket_id, f"%%CustomerID={customer};CustomerUser={login};", by=by)


def follow_up(otobo: Otobo, ticket: Filed, raw: bytes = b"") -> Filed:
    """A mail to a ticket's number: it opens what is closed; on a merged ticket it lands on the main one."""
    raw = raw or mail(subject=f"Re: [Ticket#{ticket.number}] Printer")
    message = _parsed(raw)
    ticket = main_ticket(otobo, ticket)
    now = otobo.ticket(ticket.id)
    if now["state_type"] not in _KEPT_OPEN:
        set_state(otobo, ticket.id, "open")
    article = store(otobo, ticket.id, _draft(message, raw))
    otobo.history("FollowUp", ticket.id, f"%%{ticket.number}%%", article)
    filed = Filed(ticket.id, ticket.number, article)
    answers.after_follow_up(otobo, filed, str(message["From"]))
    store_raw(otobo, article, raw)
    return filed


def main_ticket(otobo: Otobo, ticket: Filed) -> Filed:
    """Where a ticket has gone, over merges; itself where it was merged nowhere."""
    while otobo.ticket(ticket.id)["state_type"] == "merged":
        kind = otobo.id_of("ticket_history_type", "Merged")
        names = otobo.database.rows(
            "SELECT name FROM ticket_history WHERE ticket_id = %s AND history_type_id = %s ORDER BY id DESC",
            ticket.id, kind,
        )  # fmt: skip
        words = next(name.split("%%") for (name,) in names if name.split("%%")[2] == str(ticket.id))
        ticket = Filed(int(words[4]), words[3])
    return ticket


def set_state(otobo: Otobo, ticket_id: int, state: str, by: int = 1, article: int | None = None) -> None:
    """Another state; `article` is what set it."""
    old = otobo.ticket(ticket_id)["state"]
    otobo.change_ticket(ticket_id, by, ticket_state_id=otobo.id_of("ticket_state", state))
    otobo.history("StateUpdate", ticket_id, f"%%{old}%%{state}%%", article, by)


def _next_number(otobo: Otobo) -> str:
    otobo.step("INSERT ticket_number_counter")
    counter = otobo.database.insert("ticket_number_counter", counter=0, counter_uid=uuid4().hex)
    return f"{otobo.now():%Y%m%d}10{counter:05d}{counter % 10}"


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _draft(message: EmailMessage, raw: bytes) -> Draft:
    text, files = contents(message)
    return Draft(
        sender_type="customer",
        channel="Email",
        subject=str(message["Subject"] or ""),
        text=text,
        sender=str(message["From"]),
        to=str(message["To"] or ""),
        cc=str(message["Cc"] or ""),
        reply_to=str(message["Reply-To"] or ""),
        message_id=str(message["Message-ID"] or ""),
        in_reply_to=str(message["In-Reply-To"] or ""),
        references=str(message["References"] or ""),
        files=files,
        raw=raw,
    )


def contents(message: EmailMessage) -> tuple[str, list[File]]:
    """The text of a mail, and its files: what is in HTML counts as one, and so does the text beside it."""
    plain, html = "", ""
    files: list[File] = []
    for part, alternative in _leaves(message):
        kind, name = part.get_content_type(), part.get_filename()
        if name is None and kind == "text/plain" and not plain:
            plain = part.get_content()
        elif name is None and kind == "text/html" and not html:
            html = part.get_content()
        else:
            files.append(_file(part, alternative))
    if not html:
        return plain, files
    alternative = "1" if plain else ""
    bodies = [File("file-2" if plain else "file-1", HTML, html.encode(), alternative=alternative, disposition="")]
    if plain:
        text = File("file-1", 'text/plain; charset="utf-8"', plain.encode(), alternative="1", disposition="")
        bodies.insert(0, text)
    return plain or get_text(html), [*bodies, *files]


def _leaves(part: EmailMessage, alternative: str = "") -> Iterator[tuple[EmailMessage, str]]:
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        inside = "1" if part.get_content_type() == "multipart/alternative" else alternative
        for child in part.iter_parts():
            assert isinstance(child, EmailMessage)
            yield from _leaves(child, inside)
    else:
        yield part, alternative


def _file(part: EmailMessage, alternative: str) -> File:
    content = part.get_payload(decode=True)
    return File(
        tidied(part.get_filename() or "file-3"),
        part.get_content_type(),
        content if isinstance(content, bytes) else bytes(part),
        content_id=str(part["Content-ID"] or ""),
        alternative=alternative,
        disposition=part.get_content_disposition() or "",
    )
