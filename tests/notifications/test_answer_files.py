"""Files of an answer: with its mail as long as they are small enough, else named above its link."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from otalink.desk.types import Attachment, SenderType, Ticket
from otalink.minidesk.desk import MiniDesk
from otalink.notifications import outbox
from otalink.notifications.answer_files import AnswerFiles, naming
from otalink.notifications.deliver import deliver
from otalink.notifications.models import MailState, Notification, NotificationEvent, OutboxMail
from otalink.notifications.templates import Template
from otalink.sysconfig import store
from otalink.sysconfig.declarations import MAX_ATTACHED_BYTES
from tests.notifications.reading import part, secret_in
from tests.support import make
from tests.support.mail_server import MailServer

pytestmark = pytest.mark.django_db
PLAN = Attachment("Lageplan Süd.pdf", "application/pdf", b"%PDF " + bytes(range(256)))
LOG = Attachment("log.txt", "text/plain", b"line\n" * 200)


def queued(
    ticket: Ticket, *files: Attachment, event: NotificationEvent = NotificationEvent.AGENT_REPLIED
) -> OutboxMail:
    draft = make.draft("See the files.", sender_type=SenderType.AGENT, attachments=files)
    article = MiniDesk().add_agent_reply(ticket.number, draft)
    mail = outbox.draft(event, ticket.number, article_id=article.id)
    outbox.queue([mail])
    return mail


def answer(ticket: Ticket, *files: Attachment, event: NotificationEvent = NotificationEvent.AGENT_REPLIED) -> str:
    return deliver.call(queued(ticket, *files, event=event).pk)


def files_of(message: EmailMessage) -> list[tuple[str | None, str, bytes]]:
    return [
        (file.get_filename(), file.get_content_type(), file.get_payload(decode=True))  # type: ignore[misc]
        for file in message.iter_attachments()
    ]


def test_files_go_with_the_mail_under_their_names(ticket: Ticket, server: MailServer) -> None:
    assert answer(ticket, PLAN, LOG, replace(LOG, content=b"another of that name")) == MailState.SENT
    (message,) = server.messages
    assert files_of(message) == [
        (PLAN.filename, PLAN.content_type, PLAN.content),
        (LOG.filename, LOG.content_type, LOG.content),
        (LOG.filename, LOG.content_type, b"another of that name"),
    ]
    assert "See the files." in part(message, "plain")
    assert "Files of this answer" not in part(message, "plain") + part(message, "html")
    assert secret_in(message)


@pytest.mark.parametrize(("language", "words"), [("en", "Files of this answer"), ("de", "Dateien dieser Antwort")])
@pytest.mark.parametrize("limit", [0, 1_200])
def test_files_that_are_too_large_together_are_named_above_the_link(
    ticket: Ticket, server: MailServer, language: str, words: str, limit: int
) -> None:
    make.customer("eva@customer.example", language=language)
    MiniDesk().add_participant(ticket.number, "eva@customer.example", notify=False)
    other = make.ticket("eva@customer.example")
    store.set_value(MAX_ATTACHED_BYTES.name, limit)
    assert answer(other, PLAN, LOG) == MailState.SENT
    (message,) = server.messages
    assert files_of(message) == []
    for kind in ("plain", "html"):
        text = part(message, kind)
        assert text.index(words) < text.index("Lageplan Süd.pdf") < text.index("log.txt") < text.index("/l/")


def test_only_the_answer_itself_brings_its_files(ticket: Ticket, server: MailServer) -> None:
    assert answer(ticket, PLAN, event=NotificationEvent.TICKET_CREATED) == MailState.SENT
    assert files_of(server.messages[0]) == []
    assert "Lageplan" not in part(server.messages[0], "plain")


def test_a_server_that_takes_no_mail_of_that_size_gets_it_without_the_files(ticket: Ticket, server: MailServer) -> None:
    server.largest = 10_000
    assert answer(ticket, replace(PLAN, content=b"x" * 50_000)) == MailState.SENT
    (message,) = server.messages
    assert files_of(message) == []
    assert "Lageplan Süd.pdf" in part(message, "plain")


def test_a_file_whose_bytes_are_gone_is_named_and_the_others_go(
    ticket: Ticket, server: MailServer, data_folder: Path
) -> None:
    mail = queued(ticket, PLAN, LOG)
    (kept,) = (path for path in data_folder.rglob("*") if path.is_file() and path.read_bytes() == PLAN.content)
    kept.unlink()
    assert deliver.call(mail.pk) == MailState.SENT
    assert [name for name, _, _ in files_of(server.messages[0])] == [LOG.filename]
    assert "Lageplan Süd.pdf" in part(server.messages[0], "plain")


def test_an_operators_html_names_them_above_its_link_too(ticket: Ticket, server: MailServer) -> None:
    store.set_value(MAX_ATTACHED_BYTES.name, 0)
    link = "<OTOBO_OTACustomerTicketLink>"
    html = f'<p>Hello</p><table><tr><td><a class="b" href="{link}">Open</a></td></tr></table>'
    Notification.objects.create(
        name="own", event="AgentReplied", language="en", subject="Own", text=f"Hello\n\nSee:\n\n{link}\n", html=html
    )
    answer(ticket, replace(PLAN, filename="<b>plan.pdf"))
    text = part(server.messages[0], "html")
    assert text.index("Hello") < text.index("&lt;b&gt;plan.pdf") < text.index('<a class="b"')
    plain = part(server.messages[0], "plain")
    assert plain.index("Hello") < plain.index("<b>plan.pdf") < plain.index("See:")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Hello\n\nBye", "Hello\n\nBye\n\nFiles of this answer, kept with your ticket:\n<OTOBO_AGENT_FILES>"),
        ("Own list: <OTOBO_AGENT_FILES>", "Own list: <OTOBO_AGENT_FILES>"),
    ],
)
def test_a_text_without_a_link_names_them_at_its_end_and_one_with_the_tag_where_it_wants(text: str, named: str) -> None:
    assert naming(Template("en", "Own", text), AnswerFiles(named=("a.pdf",))).text == named
