"""Somebody else takes part in a ticket: reads it by a link of their own, writes as themself, until an agent ends it."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from otalink.customers import directory, pending, provisional
from otalink.desk.types import SenderType, Ticket
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.postmaster.intake import run
from otalink.sysconfig import declarations, store
from otalink.tokens.models import Token
from tests.postmaster.builders import mail
from tests.support import make
from tests.support.make import ANN

pytestmark = pytest.mark.django_db

BOB = "bob@partner.example"


@pytest.fixture
def outgoing(data_folder: Path, settings: Settings) -> Path:
    settings.OTALINK_MAIL_URL = f"file://{data_folder}/outgoing"
    return data_folder / "outgoing"


@pytest.fixture
def ticket(outgoing: Path) -> Ticket:
    make.customer()
    made = make.ticket()
    send(outgoing)
    return made


@pytest.fixture
def agent() -> Client:
    """An agent's browser."""
    browser = Client()
    browser.force_login(User.objects.create_user("lena", is_staff=True))
    return browser


def send(folder: Path) -> dict[str, EmailMessage]:
    """Send what is due; the new mails by recipient."""
    before = set(folder.glob("*"))
    feed()
    for row in OutboxMail.objects.filter(state="queued").order_by("pk"):
        deliver.call(row.pk)
    new = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in set(folder.glob("*")) - before]
    return {message["To"].addresses[0].addr_spec: message for message in new}


def link_in(message: EmailMessage) -> str:
    text: str = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return "/l/" + text.partition("/l/")[2].split()[0]


def add(agent: Client, ticket: Ticket, address: str = BOB) -> int:
    return agent.post(f"/desk/tickets/{ticket.number}/participants/add", {"address": address}).status_code


def signed_in(message: EmailMessage, ticket: Ticket) -> Client:
    browser = Client()
    response = browser.post(link_in(message))
    assert (response.status_code, response.headers["Location"]) == (303, f"/tickets/{ticket.number}")
    return browser


def answer(ticket: Ticket, text: str) -> None:
    MiniDesk().add_agent_reply(ticket.number, make.draft(text, sender_type=SenderType.AGENT))


def authors(ticket: Ticket) -> Sequence[str]:
    return [article.from_address for article in MiniDesk().visible_articles(ticket.number)]


def test_somebody_unknown_becomes_a_customer_user_with_a_link_of_their_own(
    agent: Client, ticket: Ticket, outgoing: Path
) -> None:
    assert add(agent, ticket, " Bob@Partner.Example ") == 302
    bob = directory.find_valid(BOB)
    assert bob is not None
    assert bob.first_name == "Bob"
    assert provisional.provisional([BOB]) == set()
    mails = send(outgoing)
    assert set(mails) == {BOB}
    page = signed_in(mails[BOB], ticket).get(f"/tickets/{ticket.number}").content.decode()
    assert "The printer is on fire." in page


def test_a_participant_sees_only_what_the_customer_may_see_and_no_other_ticket(
    agent: Client, ticket: Ticket, outgoing: Path
) -> None:
    note = make.draft("He is difficult.", sender_type=SenderType.AGENT, visible_for_customer=False)
    MiniDesk().add_agent_reply(ticket.number, note)
    other = make.ticket()
    add(agent, ticket)
    browser = signed_in(send(outgoing)[BOB], ticket)
    assert "difficult" not in browser.get(f"/tickets/{ticket.number}").content.decode()
    assert browser.get(f"/tickets/{other.number}").status_code == 303
    assert other.number not in browser.get("/tickets/").content.decode()


def test_a_reply_in_the_portal_is_filed_as_the_participant_s_own(agent: Client, ticket: Ticket, outgoing: Path) -> None:
    add(agent, ticket)
    browser = signed_in(send(outgoing)[BOB], ticket)
    page = browser.get(f"/tickets/{ticket.number}").content.decode()
    form = page.partition('name="form" value="')[2].partition('"')[0]
    browser.post(f"/tickets/{ticket.number}", {"text": "I unplugged it.", "form": form})
    assert authors(ticket) == [ANN, BOB]


def test_a_mail_of_a_participant_is_visible_and_theirs(agent: Client, ticket: Ticket, outgoing: Path) -> None:
    add(agent, ticket)
    ours = send(outgoing)[BOB]
    run(mail("Mine too.", f"In-Reply-To: {ours['Message-ID']}", sender=f"Bob Ray <{BOB}>"))
    run(mail("Who, me?", sender="eve@x.example", subject=f"Re: [Ticket#{ticket.number}]"))
    assert authors(ticket) == [ANN, BOB]


def test_an_agent_s_answer_goes_to_the_customer_and_each_participant_with_their_own_link(
    agent: Client, ticket: Ticket, outgoing: Path
) -> None:
    add(agent, ticket)
    add(agent, ticket, "cy@x.example")
    send(outgoing)
    answer(ticket, "Pull the plug.")
    mails = send(outgoing)
    assert set(mails) == {ANN, BOB, "cy@x.example"}
    assert len({link_in(message) for message in mails.values()}) == 3
    for message in mails.values():
        assert "Pull the plug." in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        signed_in(message, ticket)
    assert set(Token.objects.filter(state="redeemed").values_list("customer_login", flat=True)) == set(mails)
    assert send(outgoing) == {}


def test_who_was_added_after_an_answer_is_not_mailed_it(agent: Client, ticket: Ticket, outgoing: Path) -> None:
    answer(ticket, "Pull the plug.")
    feed()
    add(agent, ticket)
    mails = send(outgoing)
    assert "Pull the plug." not in mails[BOB].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert OutboxMail.objects.filter(participant=BOB).count() == 1


def test_removal_ends_links_sessions_and_mail_at_once(agent: Client, ticket: Ticket, outgoing: Path) -> None:
    add(agent, ticket)
    browser = signed_in(send(outgoing)[BOB], ticket)
    answer(ticket, "Pull the plug.")
    unused = send(outgoing)[BOB]
    answer(ticket, "Not for Bob.")
    feed()
    agent.post(f"/desk/tickets/{ticket.number}/participants/remove", {"login": BOB})
    assert browser.get(f"/tickets/{ticket.number}").status_code == 404
    assert ticket.number not in browser.get("/tickets/").content.decode()
    assert Client().post(link_in(unused)).status_code == 404
    assert set(send(outgoing)) == {ANN}
    run(mail("Still me.", sender=BOB, subject=f"Re: [Ticket#{ticket.number}]"))
    assert authors(ticket)[-1] != BOB


def test_to_and_cc_become_no_accounts(outgoing: Path) -> None:
    run(mail("Hello", "Cc: bob@partner.example, cy@x.example", f"Reply-To: {BOB}"))
    assert [user.login for user in directory.everybody()] == [ANN]
    assert set(send(outgoing)) == {ANN}


@pytest.mark.parametrize(
    ("address", "said"), [("nobody", "is no e-mail address"), ("", "is no e-mail address"), (ANN, "own")]
)
def test_who_cannot_be_added_is_said_clearly(agent: Client, ticket: Ticket, address: str, said: str) -> None:
    response = agent.post(f"/desk/tickets/{ticket.number}/participants/add", {"address": address})
    assert response.status_code == 400
    assert said in response.content.decode()
    assert MiniDesk().participants(ticket.number) == []


def test_a_disabled_customer_user_is_not_let_in_by_the_back_door(agent: Client, ticket: Ticket) -> None:
    make.customer(BOB, valid=False)
    assert add(agent, ticket) == 400
    assert MiniDesk().participants(ticket.number) == []


def test_the_page_lists_participants_and_only_agents_change_them(agent: Client, ticket: Ticket) -> None:
    assert add(Client(), ticket) == 302
    assert MiniDesk().participants(ticket.number) == []
    add(agent, ticket)
    assert BOB in agent.get(f"/desk/tickets/{ticket.number}").content.decode()
    assert Client().post(f"/desk/tickets/{ticket.number}/participants/remove", {"login": BOB}).status_code == 302
    assert MiniDesk().participants(ticket.number) == [BOB]


def test_an_agent_lets_a_waiting_sender_in_on_the_page(agent: Client, outgoing: Path) -> None:
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_DOMAIN.name, 1)
    run(mail(sender="a@partner.example"))
    number = run(mail(sender=BOB)).ticket
    assert "waits to be let in" in agent.get(f"/desk/tickets/{number}").content.decode()
    assert BOB not in send(outgoing)
    assert agent.post(f"/desk/tickets/{number}/admit").status_code == 302
    assert pending.find(number) is None
    assert "waits to be let in" not in agent.get(f"/desk/tickets/{number}").content.decode()
    assert Client().post(link_in(send(outgoing)[BOB])).status_code == 303
    assert agent.post(f"/desk/tickets/{number}/admit").status_code == 302
