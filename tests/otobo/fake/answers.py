"""What OTOBO sends by itself: automatic answers, notifications to customers, mail to agents; and its queue of mail."""

from __future__ import annotations

import html
import json
import smtplib
from email.message import EmailMessage

from tests.otobo.fake.articles import Draft, address_of, body_file, new_message_id, store
from tests.otobo.fake.core import SYSTEM, Filed, Otobo

TAG = "<OTOBO_OTACustomerTicketLink>"
OWN_ADDRESS = "OTOBO System <otobo@localhost>"
_TEXTS = {
    "SendAutoReply": "We have your message.",
    "SendAutoFollowUp": "We have your further message.",
    "SendCustomerNotification": f"Your way in: {TAG}",
}
_SUBJECTS = {"SendCustomerNotification": "Your way in"}
# The setting MailQueue of a stock installation.
ATTEMPTS = 3


def after_new_ticket(otobo: Otobo, filed: Filed, to: str, by: int = SYSTEM) -> None:
    """The queue's answer."""
    if otobo.auto_reply:
        send(otobo, "SendAutoReply", filed, to, by)


def at_the_end(otobo: Otobo, filed: Filed, to: str, by: int = SYSTEM) -> None:
    """The notification to the ticket's customer: OTOBO's process writes it last of all."""
    if otobo.notifies:
        send(otobo, "SendCustomerNotification", filed, address_of(to), by)


def after_follow_up(otobo: Otobo, filed: Filed, to: str, by: int = SYSTEM) -> None:
    """The queue's answer, and mail to the agents."""
    if otobo.auto_reply and to:
        send(otobo, "SendAutoFollowUp", filed, to, by)
    tell_agents(otobo, filed, "Ticket follow-up notification (unlocked)", by)


def tell_agents(otobo: Otobo, filed: Filed, notification: str, by: int = SYSTEM) -> None:
    """Mail to agents; it is no article."""
    for login in otobo.agents:
        _queue_mail(otobo, None, "", [f"{login}@desk.example"], _message(login, notification, "See the ticket.", ""))
        otobo.history("SendAgentNotification", filed.id, f"%%{notification}%%{login}%%Email", by=by)


def send(otobo: Otobo, kind: str, filed: Filed, to: str, by: int = SYSTEM) -> int:
    """OTOBO's own mail to a customer, kept as a visible article; gives its id."""
    text = otobo.templates.get(kind, _TEXTS[kind])
    title = otobo.ticket(filed.id)["title"]
    subject = f"[Ticket#{filed.number}] {_SUBJECTS.get(kind, f'RE: {title}')}"
    message_id = new_message_id(otobo)
    page = f"<p>{html.escape(text)}</p>"
    article = store(
        otobo, filed.id,
        Draft("system", "Email", subject, text, OWN_ADDRESS, to, message_id=message_id, files=[body_file(page)]), by,
    )  # fmt: skip
    otobo.history(kind, filed.id, f"%%{to}", article, by)
    message = _message(to, subject, text, page, message_id)
    message["Auto-Submitted"], message["Precedence"], message["X-Loop"] = "auto-generated", "bulk", "yes"
    _queue_mail(otobo, article, "", [address_of(to)], message)
    return article


def send_answer(otobo: Otobo, article: int, draft: Draft) -> None:
    """An agent's answer leaves, to everybody in To and Cc in one mail."""
    message = _message(draft.to, draft.subject, draft.text, f"<p>{html.escape(draft.text)}</p>", draft.message_id)
    if draft.cc:
        message["Cc"] = draft.cc
    addresses = [found.addr_spec for name in ("To", "Cc") if message[name] for found in message[name].addresses]
    _queue_mail(otobo, article, "otobo@localhost", addresses, message)


def _message(to: str, subject: str, text: str, page: str, message_id: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = OWN_ADDRESS, to, subject
    if message_id:
        message["Message-ID"] = message_id
    message.set_content(text, cte="quoted-printable")
    if page:
        message.add_alternative(page, subtype="html")
    return message


def _queue_mail(otobo: Otobo, article: int | None, sender: str, to: list[str], message: EmailMessage) -> None:
    otobo.step("INSERT mail_queue")
    otobo.database.insert(
        "mail_queue", article_id=article, attempts=0, sender=sender, recipient=json.dumps(to),
        raw_message=otobo.database.stored(bytes(message)), create_time=otobo.now(),
    )  # fmt: skip


def send_queue(otobo: Otobo, host: str, port: int, attempts_in_all: int = ATTEMPTS) -> int:
    """What the daemon does each minute: hand every waiting mail to the SMTP host; gives how many were taken.

    One refused recipient drops a mail for all with a 5xx and defers it with a 4xx; after the last attempt it is gone.
    """
    rows = otobo.database.rows("SELECT id, sender, recipient, raw_message, attempts FROM mail_queue ORDER BY id")
    taken = 0
    for row_id, sender, to, raw, attempts in rows:
        code = _code_of(host, port, sender or "", json.loads(to), otobo.database.read(raw))
        taken += code == 250
        if code == 250 or 500 <= code < 600 or attempts + 1 >= attempts_in_all:
            otobo.run("DELETE FROM mail_queue WHERE id = %s", row_id)
        else:
            otobo.run("UPDATE mail_queue SET attempts = %s WHERE id = %s", attempts + 1, row_id)
    return taken


def _code_of(host: str, port: int, sender: str, to: list[str], raw: bytes) -> int:
    try:
        with smtplib.SMTP(host, port, timeout=30) as client:
            client.ehlo_or_helo_if_needed()
            code, _ = client.mail(sender)
            codes = [code] if code != 250 else [client.rcpt(address)[0] for address in to]
            if worst := max((code for code in codes if code >= 400), default=0):
                return worst
            return client.data(raw)[0]
    except (OSError, smtplib.SMTPException):
        return 421
