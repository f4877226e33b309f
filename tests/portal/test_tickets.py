"""The customer's tickets: what a session opens, what a page shows, how files are handed out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otalink.customers import directory
from otalink.desk.types import Attachment, SenderType, Ticket
from otalink.maintenance.tasks import delete_expired_ota_tokens
from otalink.minidesk import stored_files
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Ticket as TicketRow
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from otalink.sysconfig import declarations
from tests.portal.conftest import NewLink
from tests.support import make

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
EXPIRED = declarations.MESSAGE_LINK_EXPIRED.default["en"]


def attachments_of(number: str) -> list[int]:
    return [file.id for article in MiniDesk().all_articles(number) for file in article.attachments]


def test_a_link_s_session_opens_its_own_ticket_only(signed_in: Client, ticket: Ticket) -> None:
    other = make.ticket()
    assert signed_in.get(f"/tickets/{ticket.number}").status_code == 200
    refused = signed_in.get(f"/tickets/{other.number}")
    assert (refused.status_code, refused["Location"]) == (303, f"/sign-in?ticket={other.number}")
    listed = signed_in.get("/tickets/").content.decode()
    assert ticket.number in listed
    assert other.number not in listed


def test_somebody_who_is_not_signed_in_learns_nothing_about_a_ticket(client: Client, ticket: Ticket) -> None:
    there, not_there = client.get(f"/tickets/{ticket.number}"), client.get("/tickets/999")
    assert there["Location"] == f"/sign-in?ticket={ticket.number}"
    assert not_there["Location"] == "/sign-in?ticket=999"
    assert client.get("/tickets/")["Location"] == "/sign-in"
    assert client.post(f"/tickets/{ticket.number}").status_code == 303
    posted = [client.post(f"/tickets/{number}", {"text": "x"}) for number in (ticket.number, "999")]
    assert {response.status_code for response in posted} == {403}
    assert posted[0].content == posted[1].content.replace(b"999", ticket.number.encode())
    assert len(MiniDesk().all_articles(ticket.number)) == 1


def test_the_list_shows_the_last_changed_first_and_no_ticket_whose_access_ended(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    second, over, deleted = make.ticket(), make.ticket(), make.ticket()
    for each in (ticket, second, over, deleted):
        client.post(new_link(each.number))
    make.close(over.number, timezone.now() - timedelta(days=15))
    TicketRow.objects.filter(number=deleted.number).delete()
    MiniDesk().add_customer_reply(ticket.number, make.draft("again"))

    page = client.get("/tickets/").content.decode()

    assert page.index(ticket.number) < page.index(second.number)
    assert over.number not in page
    assert deleted.number not in page


def test_a_ticket_of_somebody_else_that_a_link_opened_is_listed_too(
    client: Client, ann: None, new_link: NewLink
) -> None:
    bobs = make.ticket("bob@customer.example")
    make.participant(bobs.number)
    client.post(new_link(bobs.number, make.ANN))
    assert bobs.number in client.get("/tickets/").content.decode()
    assert client.get(f"/tickets/{bobs.number}").status_code == 200


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


def test_times_are_those_of_the_customer_s_own_zone(client: Client, ann: None, new_link: NewLink) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), tick=False):
        ticket = make.ticket()
        client.post(new_link(ticket.number))
        assert "1 July 2026, 21:30 UTC" in client.get(f"/tickets/{ticket.number}").content.decode()
        directory.backend_of(make.ANN).set_preferences(make.ANN, time_zone="Asia/Tokyo")
        assert "2 July 2026, 06:30" in client.get(f"/tickets/{ticket.number}").content.decode()
        directory.backend_of(make.ANN).set_preferences(make.ANN, time_zone="../../etc/passwd")
        assert "1 July 2026, 21:30 UTC" in client.get(f"/tickets/{ticket.number}").content.decode()
        directory.backend_of(make.ANN).set_preferences(make.ANN, time_zone="Europe", language="de")
        assert "1. Juli 2026, 21:30" in client.get(f"/tickets/{ticket.number}").content.decode()


def test_pages_of_a_ticket_are_kept_in_no_cache(signed_in: Client, ticket: Ticket) -> None:
    for address in ("/tickets/", f"/tickets/{ticket.number}", "/tickets/1", "/sign-in"):
        assert signed_in.get(address)["Cache-Control"] == "no-store"


def test_access_ends_to_the_second_for_whoever_is_signed_in(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    closed = timezone.now()
    make.close(ticket.number, closed)
    end = closed + timedelta(days=14)
    with time_machine.travel(end - timedelta(hours=1), tick=False):
        client.post(new_link(ticket.number))
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert client.get(f"/tickets/{ticket.number}").status_code == 200
    with time_machine.travel(end, tick=False):
        for response in (
            client.get(f"/tickets/{ticket.number}"),
            client.post(f"/tickets/{ticket.number}", {"text": "x"}),
        ):
            assert response.status_code == 404
            assert EXPIRED in response.content.decode()
    assert len(MiniDesk().all_articles(ticket.number)) == 1


def test_a_deleted_ticket_is_gone_for_whoever_is_signed_in(signed_in: Client, ticket: Ticket) -> None:
    TicketRow.objects.all().delete()
    assert signed_in.get(f"/tickets/{ticket.number}").status_code == 404


def test_a_disabled_customer_user_is_out_at_once(signed_in: Client, ticket: Ticket) -> None:
    directory.backend_of(make.ANN).set_valid(make.ANN, valid=False)
    assert signed_in.get(f"/tickets/{ticket.number}").status_code == 404
    assert signed_in.get("/tickets/")["Location"] == "/sign-in"


def test_a_session_ends_after_twelve_hours_and_the_clean_up_deletes_it(signed_in: Client, ticket: Ticket) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=12), tick=False):
        assert signed_in.get(f"/tickets/{ticket.number}").status_code == 303
        delete_expired_ota_tokens()
    assert not CustomerSession.objects.exists()


def test_the_key_of_a_session_is_stored_as_a_digest_only(signed_in: Client) -> None:
    key = signed_in.cookies[sessions.COOKIE].value
    assert CustomerSession.objects.get().digest == hashlib.sha256(key.encode()).hexdigest()


def test_a_page_of_a_ticket_costs_no_statement_per_message(
    signed_in: Client, ticket: Ticket, django_assert_max_num_queries: object
) -> None:
    for n in range(20):
        MiniDesk().add_customer_reply(ticket.number, make.draft(f"{n}", attachments=(Attachment("a", "", b"x"),)))
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert signed_in.get(f"/tickets/{ticket.number}").status_code == 200


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
