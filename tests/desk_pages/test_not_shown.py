"""Follow-ups that the customer does not see: why, and the button that shows one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from otalink.desk.types import Ticket
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Article
from otalink.postmaster.intake import run
from tests.desk_pages.conftest import page_of
from tests.postmaster.builders import mail
from tests.postmaster.proofs import checked, trust_our_server

pytestmark = pytest.mark.django_db
BUTTON = "Show it as the customer's"


def follow_up(number: str, results: str = "", sender: str = "ann@customer.example") -> Article:
    trust_our_server()
    raw = mail("It burns again.", sender=sender, subject=f"[Ticket#{number}]")
    run(checked(results, raw) if results else raw)
    return Article.objects.latest("pk")


def note_on(page: str) -> str:
    found = re.search(r"Not shown to the customer:</strong>([^<]*)<", page)
    return found[1].strip() if found else ""


def test_one_click_makes_an_unproven_follow_up_the_customer_s_and_opens_the_ticket(
    agent: Client, ticket: Ticket
) -> None:
    changes.set_state(changes.find(ticket.number), "closed successful")
    article = follow_up(ticket.number)
    page = page_of(agent, ticket.number)
    assert note_on(page).startswith("the sender is not proven.")
    assert (BUTTON in page, ticket.number in in_list(agent)) == (True, True)
    path = f"/desk/tickets/{ticket.number}/articles/{article.pk}/show"
    assert agent.get(path).status_code == 405
    response = agent.post(path)
    assert (response.status_code, response["Location"]) == (302, f"/desk/tickets/{ticket.number}#author-{article.pk}")
    assert [one.text for one in MiniDesk().visible_articles(ticket.number)][1:] == ["It burns again."]
    assert MiniDesk().find_ticket(ticket.number).state == "open"  # type: ignore[union-attr]
    page = page_of(agent, ticket.number)
    assert (note_on(page), "FollowUpShown" in page, ticket.number in in_list(agent)) == ("", True, False)


def in_list(agent: Client) -> str:
    """The list of tickets with follow-ups that nobody looked after."""
    return agent.get("/desk/?state=not-shown").content.decode()


@pytest.mark.parametrize(
    ("results", "sender", "why"),
    [
        ("dmarc=fail (p=reject) header.from=customer.example", "ann@customer.example", "is forged."),
        ("dmarc=pass header.from=evil.example", "eve@evil.example", "takes no part in this ticket."),
    ],
)
def test_a_denied_one_and_a_stranger_s_are_marked_and_have_no_button(
    agent: Client, ticket: Ticket, results: str, sender: str, why: str
) -> None:
    article = follow_up(ticket.number, results, sender)
    page = page_of(agent, ticket.number)
    assert note_on(page).endswith(why)
    assert "/show" not in page
    agent.post(f"/desk/tickets/{ticket.number}/articles/{article.pk}/show")
    assert len(MiniDesk().visible_articles(ticket.number)) == 1


def test_only_agents_may_show_it(client: Client, ticket: Ticket) -> None:
    article = follow_up(ticket.number)
    response = client.post(f"/desk/tickets/{ticket.number}/articles/{article.pk}/show")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/desk/sign-in")
    assert len(MiniDesk().visible_articles(ticket.number)) == 1


def test_of_a_ticket_that_is_not_there_nothing_is_shown(agent: Client, ticket: Ticket) -> None:
    assert agent.post("/desk/tickets/1999010110000001/articles/1/show").status_code == 404
