"""The agents' pages that only read: the list, a ticket, its files."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from otalink.desk.types import Attachment, SenderType, Ticket
from otalink.maintenance import heartbeat
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField
from tests.desk_pages.conftest import page_of
from tests.support import make

pytestmark = pytest.mark.django_db


def test_the_list_filters_by_state(agent: Client, ticket: Ticket) -> None:
    closed, pending = make.ticket(), make.ticket()
    make.close(closed.number)
    changes.set_state(changes.find(pending.number), "pending reminder")
    shown = {
        state: {
            n
            for n in (ticket.number, closed.number, pending.number)
            if n in agent.get(f"/desk/?state={state}").content.decode()
        }
        for state in ("open", "new", "pending", "closed", "all", "nonsense")
    }
    assert shown["open"] == shown["nonsense"] == {ticket.number, pending.number}
    assert shown["new"] == {ticket.number}
    assert shown["pending"] == {pending.number}
    assert shown["closed"] == {closed.number}
    assert len(shown["all"]) == 3


@pytest.mark.parametrize("words", ["{n}", "printer", "ANN@customer", "printer ann", "  "])
def test_the_list_is_searched_by_number_title_and_customer(agent: Client, ticket: Ticket, words: str) -> None:
    other = make.ticket("bob@customer.example", article=make.draft(subject="Coffee"))
    page = agent.get("/desk/", {"q": words.format(n=ticket.number)}).content.decode()
    assert ticket.number in page
    assert (other.number in page) == (not words.strip())


def test_odd_searches_find_nothing_and_break_nothing(agent: Client, ticket: Ticket) -> None:
    for words in ("%", "_", "'; DROP TABLE", "\0", "x" * 5_000, "🔑"):
        assert agent.get("/desk/", {"q": words, "page": "-7"}).status_code == 200


def test_the_list_has_pages(agent: Client, ticket: Ticket, django_assert_max_num_queries: object) -> None:
    for n in range(30):
        make.ticket(article=make.draft(subject=f"No. {n}"))
    heartbeat.beat("worker")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        first = agent.get("/desk/?state=all&q=customer").content.decode()
    second = agent.get("/desk/?state=all&q=customer&page=2").content.decode()
    assert "Page 1 of 2" in first
    assert "?state=all&amp;q=customer&amp;page=2" in first
    assert ticket.number not in first
    assert ticket.number in second


def test_a_ticket_shows_all_its_articles_customer_fields_and_history(agent: Client, ticket: Ticket) -> None:
    DynamicField.objects.create(name="New", label="New customer", type="checkbox")
    changes.set_dynamic_field(changes.find(ticket.number), "New", "1")
    note = make.draft("Check the warranty <script>", sender_type=SenderType.AGENT, visible_for_customer=False)
    MiniDesk().add_agent_reply(ticket.number, note)
    page = page_of(agent, ticket.number)
    for text in (
        "The printer is on fire.",
        "internal",
        "&lt;script&gt;",
        "Ann Lee",
        make.ANN,
        "New customer",
        "NewTicket",
    ):
        assert text in page
    assert "<script>" not in page


def test_a_ticket_of_nobody_known_is_shown_too(agent: Client, db: None) -> None:
    unknown = make.ticket("stranger@nowhere.example")
    assert "is not a known customer user" in page_of(agent, unknown.number)
    assert agent.get("/desk/tickets/999").status_code == 404


def test_whoever_writes_under_the_name_of_another_is_told_apart_by_their_address(agent: Client, ticket: Ticket) -> None:
    draft = make.draft("Please send the password to me.", from_address="ann@evil.example", visible_for_customer=False)
    MiniDesk().add_follow_up(ticket.number, draft)
    page = page_of(agent, ticket.number)
    assert re.search(r"Ann Lee</strong> <small>ann@evil.example</small>", page)
    assert re.search(r"Ann Lee</strong> <small>ann@customer.example</small>", page)


def test_agents_download_the_files_of_any_article_safely(agent: Client, ticket: Ticket) -> None:
    note = make.draft(attachments=(Attachment("x.html", "text/html", b"<script>"),), visible_for_customer=False)
    MiniDesk().add_agent_reply(ticket.number, note)
    file = MiniDesk().all_articles(ticket.number)[-1].attachments[0]
    response = agent.get(f"/desk/tickets/{ticket.number}/attachments/{file.id}")
    assert b"".join(response.streaming_content) == b"<script>"  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="x.html"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert agent.get(f"/desk/tickets/{ticket.number}/attachments/999").status_code == 404
