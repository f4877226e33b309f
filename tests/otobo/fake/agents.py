"""What agents do: answer, note, call, change state, customer and queue, merge, delete, set fields."""

from __future__ import annotations

import html
from datetime import datetime

from tests.otobo.fake import answers
from tests.otobo.fake.articles import Draft, File, body_file, new_message_id, store
from tests.otobo.fake.core import ANNA, Filed, Otobo
from tests.otobo.fake.mails import main_ticket, open_ticket, set_customer, set_state

__all__ = ["main_ticket", "set_customer", "set_state"]


def answer(
    otobo: Otobo, ticket: Filed, text: str, *, to: str = "", cc: str = "", files: tuple[File, ...] = (), state: str = ""
) -> Filed:
    """An agent answers by mail, and may set a state with it."""
    row = otobo.ticket(ticket.id)
    draft = Draft(
        "agent", "Email", f"Re: [Ticket#{ticket.number}] {row['title']}", text, answers.OWN_ADDRESS,
        to or row["customer_user"], cc, message_id=new_message_id(otobo), files=[body_file(_page(text)), *files],
    )  # fmt: skip
    article = store(otobo, ticket.id, draft, ANNA)
    answers.send_answer(otobo, article, draft)
    otobo.history("SendAnswer", ticket.id, f"%%{draft.to}, {draft.cc}", article, ANNA)
    if state:
        set_state(otobo, ticket.id, state, ANNA, article)
    return Filed(ticket.id, ticket.number, article)


def note(otobo: Otobo, ticket: Filed, text: str, *, visible: bool = False, files: tuple[File, ...] = ()) -> Filed:
    """An agent's note; the article says whether the customer sees it."""
    bodies = [body_file(_page(text)), *files]
    draft = Draft("agent", "Internal", "note", text, "Anna Agent", visible=visible, files=bodies)
    article = store(otobo, ticket.id, draft, ANNA)
    otobo.history("AddNote", ticket.id, "%%", article, ANNA)
    answers.tell_agents(otobo, ticket, "Ticket new note notification", ANNA)
    return Filed(ticket.id, ticket.number, article)


def by_phone(
    otobo: Otobo, login: str, text: str, *, title: str = "Call", queue: str = "Raw", customer: str | None = None
) -> Filed:
    """A customer calls; an agent opens the ticket."""
    ticket = open_ticket(otobo, title, queue, login, customer=customer, by=ANNA)
    article = store(otobo, ticket.id, Draft("customer", "Phone", title, text, login, queue), ANNA)
    otobo.history("PhoneCallCustomer", ticket.id, "%%", article, ANNA)
    return Filed(ticket.id, ticket.number, article)


def by_mail(otobo: Otobo, to: str, text: str, *, title: str = "News", queue: str = "Raw") -> Filed:
    """An agent opens a ticket by writing to a customer."""
    ticket = open_ticket(otobo, title, queue, to, by=ANNA)
    draft = Draft(
        "agent", "Email", f"[Ticket#{ticket.number}] {title}", text, answers.OWN_ADDRESS, to,
        message_id=new_message_id(otobo), files=[body_file(_page(text))],
    )  # fmt: skip
    article = store(otobo, ticket.id, draft, ANNA)
    answers.send_answer(otobo, article, draft)
    otobo.history("EmailAgent", ticket.id, f"%%{to}, ", article, ANNA)
    return Filed(ticket.id, ticket.number, article)


def in_portal(otobo: Otobo, ticket: Filed, sender: str, text: str) -> Filed:
    """The customer writes in OTOBO's own portal."""
    draft = Draft("customer", "Internal", "Re", text, sender, files=[body_file(_page(text))])
    article = store(otobo, ticket.id, draft)
    otobo.history("FollowUp", ticket.id, "%%", article)
    answers.tell_agents(otobo, ticket, "Ticket follow-up notification (unlocked)")
    return Filed(ticket.id, ticket.number, article)


def close(otobo: Otobo, ticket: Filed, state: str = "closed successful") -> None:
    """The ticket is closed."""
    set_state(otobo, ticket.id, state, ANNA)


def set_pending(otobo: Otobo, ticket: Filed, until: datetime, state: str = "pending reminder") -> None:
    """The ticket waits until a time in OTOBO's own zone."""
    local = until.astimezone(otobo.zone)
    otobo.change_ticket(ticket.id, ANNA, until_time=int(until.timestamp()))
    otobo.history("SetPendingTime", ticket.id, f"%%{local:%Y-%m-%d %H:%M}", by=ANNA)
    set_state(otobo, ticket.id, state, ANNA)


def move(otobo: Otobo, ticket: Filed, queue: str) -> None:
    """The ticket goes to another queue."""
    old = otobo.ticket(ticket.id)
    new_id = otobo.id_of("queue", queue)
    otobo.change_ticket(ticket.id, ANNA, queue_id=new_id)
    otobo.history("Move", ticket.id, f"%%{queue}%%{new_id}%%{old['queue']}%%{old['queue_id']}", by=ANNA)


def set_field(otobo: Otobo, ticket: Filed, name: str, value: str, by: int = ANNA) -> None:
    """A dynamic field gets a value; a checkbox takes '1' or '0'."""
    kind, field = otobo.database.row("SELECT field_type, id FROM dynamic_field WHERE name = %s", name)
    column = "value_int" if kind == "Checkbox" else "value_text"
    mine = "field_id = %s AND object_id = %s"
    old = otobo.database.rows(f"SELECT {column} FROM dynamic_field_value WHERE {mine}", field, ticket.id)
    otobo.run(f"DELETE FROM dynamic_field_value WHERE {mine}", field, ticket.id)
    stored = {column: int(value) if kind == "Checkbox" else value}
    otobo.insert_plain("dynamic_field_value", field_id=field, object_id=ticket.id, **stored)
    before = "" if not old or old[0][0] is None else old[0][0]
    name_of_it = f"%%FieldName%%{name}%%Value%%{value}%%OldValue%%{before}"
    otobo.history("TicketDynamicFieldUpdate", ticket.id, name_of_it, by=by)


def merge(otobo: Otobo, merged: Filed, main: Filed) -> None:
    """All articles, and the history rows that have one, go to the main ticket; both say so."""
    otobo.run("UPDATE article SET ticket_id = %s WHERE ticket_id = %s", main.id, merged.id)
    otobo.run(
        "UPDATE ticket_history SET ticket_id = %s WHERE ticket_id = %s AND article_id IS NOT NULL", main.id, merged.id
    )
    text = f"Merged Ticket {merged.number} to {main.number}."
    draft = Draft("agent", "Internal", "Ticket Merged", text, content_type="text/plain; charset=ascii")
    article = store(otobo, merged.id, draft, ANNA)
    otobo.history("AddNote", merged.id, "%%Note", article, ANNA)
    words = f"%%{merged.number}%%{merged.id}%%{main.number}%%{main.id}"
    otobo.history("Merged", merged.id, words, by=ANNA)
    otobo.history("Merged", main.id, words, by=ANNA)
    otobo.history("TicketLinkAdd", main.id, f"%%{merged.number}%%{merged.id}%%{main.id}", by=ANNA)
    otobo.history("TicketLinkAdd", merged.id, f"%%{main.number}%%{main.id}%%{merged.id}", by=ANNA)
    set_state(otobo, merged.id, "merged", ANNA)


def delete(otobo: Otobo, ticket: Filed) -> None:
    """Nothing is left of the ticket."""
    otobo.run("DELETE FROM dynamic_field_value WHERE object_id = %s", ticket.id)
    otobo.run("DELETE FROM ticket_history WHERE ticket_id = %s", ticket.id)
    of_it = "article_id IN (SELECT id FROM article WHERE ticket_id = %s)"
    tables = ("plain", "attachment", "send_error")
    for table in (*(f"article_data_mime_{name}" for name in tables), "article_data_mime"):
        otobo.run(f"DELETE FROM {table} WHERE {of_it}", ticket.id)
    otobo.run("DELETE FROM article WHERE ticket_id = %s", ticket.id)
    otobo.run("DELETE FROM ticket WHERE id = %s", ticket.id)


def add_customer_user(
    otobo: Otobo,
    login: str,
    *,
    first: str = "Ann",
    last: str = "Lee",
    email: str = "",
    customer: str = "",
    valid: int = 1,
) -> int:
    """Somebody in OTOBO's own table of customer users."""
    return otobo.insert(
        "customer_user", login=login, email=email or login, customer_id=customer or login, pw=None, first_name=first,
        last_name=last, valid_id=valid,
    )  # fmt: skip


def _page(text: str) -> str:
    return f"<!DOCTYPE html><html><body><p>{html.escape(text)}</p></body></html>"
