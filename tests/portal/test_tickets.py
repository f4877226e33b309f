"""What the page of a ticket shows, and how files are handed out."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otalink.desk.types import Attachment, SenderType, Ticket
from otalink.minidesk import stored_files
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.models import NotificationEvent, OutboxMail
from otalink.portal import tickets
from tests.notifications.results.mails import answer, mail
from tests.portal.conftest import NewLink
from tests.support import make

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


def attachments_of(number: str) -> list[int]:
    return [file.id for article in MiniDesk().all_articles(number) for file in article.attachments]


def test_messages_stand_oldest_first_and_internal_notes_are_not_there(signed_in: Client, ticket: Ticket) -> None:
    desk = MiniDesk()
    desk.add_agent_reply(
        ticket.number, make.draft("secret thoughts", sender_type=SenderType.AGENT, visible_for_customer=False)
    )
    desk.add_agent_reply(ticket.number, make.draft("Is it plugged in?", sender_type=SenderType.AGENT))
    page = signed_in.get(f"/tickets/{ticket.number}").content.decode()
    assert page.index("The printer is on fire.") < page.index("Is it plugged in?")
    assert "secret thoughts" not in page
    assert page.count('class="message customer"') == 1
    assert page.count('class="message agent"') == 1


def test_a_page_of_a_ticket_costs_no_statement_per_message(
    signed_in: Client, ticket: Ticket, django_assert_max_num_queries: object
) -> None:
    for n in range(20):
        MiniDesk().add_customer_reply(ticket.number, make.draft(f"{n}", attachments=(Attachment("a", "", b"x"),)))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert signed_in.get(f"/tickets/{ticket.number}").status_code == 200


def opened(number: str) -> list[bool]:
    """Whether each mail to Ann about a ticket was opened, in the order they were sent."""
    mails = OutboxMail.objects.filter(ticket_number=number).order_by("pk")
    return [mail.opened_at is not None for mail in mails]


def test_a_look_at_the_page_says_that_the_mails_to_that_reader_were_opened(signed_in: Client, ticket: Ticket) -> None:
    mail(ticket.number, article_id=answer(ticket.number))
    mail(ticket.number, login="bob@customer.example")
    signed_in.head(f"/tickets/{ticket.number}")
    assert opened(ticket.number) == [False, False]
    signed_in.get(f"/tickets/{ticket.number}")
    assert opened(ticket.number) == [True, False]


def test_looks_are_noted_once_for_each_newer_article(signed_in: Client, ticket: Ticket) -> None:
    address = f"/tickets/{ticket.number}"
    with CaptureQueriesContext(connection) as first:
        signed_in.get(address)
    with CaptureQueriesContext(connection) as second:
        signed_in.get(address)
    assert len(first) == len(second) + 2
    assert not [query for query in second if query["sql"].startswith("UPDATE")]
    mail(ticket.number, article_id=answer(ticket.number))
    signed_in.get(address)
    assert opened(ticket.number) == [True]


def test_a_link_in_a_mail_says_nothing_until_its_button_was_pressed(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    mail(ticket.number, event=NotificationEvent.TICKET_CREATED)
    path = new_link(ticket.number)
    client.get(path)
    assert opened(ticket.number) == [False]
    client.post(path, follow=True)
    assert opened(ticket.number) == [True]


def test_two_thousand_links_and_scripts_in_a_mail_make_a_safe_and_quick_page(signed_in: Client, ticket: Ticket) -> None:
    html = "<script>alert(1)</script><img src=https://tracker.example/x>" + "".join(
        f'<a href="https://example.com/{n}">{n}</a> ' for n in range(2_000)
    )
    MiniDesk().add_customer_reply(ticket.number, make.draft(html=html))
    started = datetime.now(UTC)
    page = signed_in.get(f"/tickets/{ticket.number}").content.decode()
    assert datetime.now(UTC) - started < timedelta(seconds=2)
    assert page.count("https://example.com/") == 2_000
    assert page.count("<script") == 1  # our own
    assert "tracker" not in page


def test_a_picture_within_a_mail_is_shown_in_place_and_other_files_are_listed(
    signed_in: Client, ticket: Ticket
) -> None:
    files_ = (
        Attachment("logo.png", "image/png", PNG, "logo"),
        Attachment("offer.pdf", "application/pdf", b"%PDF" * 600),
    )
    MiniDesk().add_customer_reply(ticket.number, make.draft(html='<p>hi <img src="cid:logo"></p>', attachments=files_))
    page = signed_in.get(f"/tickets/{ticket.number}").content.decode()
    inline, listed = attachments_of(ticket.number)
    assert f'<img alt src="/tickets/{ticket.number}/attachments/{inline}">' in page
    assert "logo.png" not in page
    assert f'href="/tickets/{ticket.number}/attachments/{listed}"' in page
    assert "2.3\xa0KB" in page


@pytest.mark.parametrize(
    ("content_type", "served"),
    [
        ("image/png", "image/png"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
    ],
)
def test_a_file_is_always_a_download_that_can_run_nothing(
    signed_in: Client, ticket: Ticket, content_type: str, served: str
) -> None:
    MiniDesk().add_customer_reply(ticket.number, make.draft(attachments=(Attachment("../Größe.x", content_type, PNG),)))
    response = signed_in.get(f"/tickets/{ticket.number}/attachments/{attachments_of(ticket.number)[0]}")
    assert b"".join(response.streaming_content) == PNG  # type: ignore[attr-defined]
    assert response["Content-Type"] == served
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.x"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Length"] == str(len(PNG))
    assert response["Cache-Control"] == "no-store"


def test_files_of_internal_notes_and_of_other_tickets_are_not_handed_out(
    signed_in: Client, ticket: Ticket, client: Client
) -> None:
    file = (Attachment("a.txt", "text/plain", b"x"),)
    MiniDesk().add_agent_reply(ticket.number, make.draft(attachments=file, visible_for_customer=False))
    other = make.ticket(article=make.draft(attachments=file))
    internal, foreign = attachments_of(ticket.number)[0], attachments_of(other.number)[0]
    for attachment in (internal, foreign, 999_999):
        assert signed_in.get(f"/tickets/{ticket.number}/attachments/{attachment}").status_code == 404
    assert signed_in.get(f"/tickets/{other.number}/attachments/{foreign}").status_code == 303
    assert Client().get(f"/tickets/{ticket.number}/attachments/{internal}").status_code == 303


def test_a_file_that_is_lost_on_disk_is_not_found(
    signed_in: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    MiniDesk().add_customer_reply(ticket.number, make.draft(attachments=(Attachment("a", "", b"lost"),)))
    stored_files._path(hashlib.sha256(b"lost").hexdigest()).unlink()
    assert signed_in.get(f"/tickets/{ticket.number}/attachments/{attachments_of(ticket.number)[0]}").status_code == 404


def test_a_page_that_waits_for_something_holds_no_other_up(signed_in: Client, ticket: Ticket) -> None:
    waiting = threading.Event()

    def wait() -> None:
        with tickets._in_turn():
            waiting.wait(30)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        assert signed_in.get(f"/tickets/{ticket.number}").status_code == 200
        assert thread.is_alive()
    finally:
        waiting.set()
        thread.join()
