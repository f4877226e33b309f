"""A real OTOBO, as far as the fake is one, keeps the contract of all desks; and what only it has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from otalink.desk.agent_port import AgentDesk
from otalink.desk.mail_port import MailDesk
from otalink.desk.types import StateType
from otalink.otobo.desk import OtoboDesk
from otalink.tokens.issue import issue, mark_delivered
from tests.contracts.desk import FAR_AHEAD, LONG_AGO, DeskContract, RepliesContract
from tests.otobo.fake import agents, mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.hands import Hands
from tests.otobo.support import file_all
from tests.support import make
from tests.support.make import ANN

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(beside: Rest) -> OtoboDesk:
    """OTOBO, as its port shows it."""
    return OtoboDesk()


class TestOtoboDesk(Hands, DeskContract):
    @pytest.fixture(autouse=True)
    def _at(self, otobo: Otobo, beside: Rest) -> None:
        self.at(otobo)


class TestRepliesOfOtoboDesk(Hands, RepliesContract):
    @pytest.fixture(autouse=True)
    def _at(self, otobo: Otobo, beside: Rest) -> None:
        self.at(otobo)

    def settle(self, desk: OtoboDesk) -> None:
        file_all()
        self.watching.look()


def test_agents_read_that_mail_came_back_where_they_work(desk: OtoboDesk, otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    desk.record_undeliverable(ticket.number, "550 no such mailbox")
    file_all()
    sql = (
        "SELECT m.a_subject, m.a_body, a.is_visible_for_customer FROM article_data_mime m"
        " JOIN article a ON a.id = m.article_id ORDER BY a.id DESC LIMIT 1"
    )
    assert otobo.database.rows(sql) == [("Mail was not delivered", "550 no such mailbox", 0)]


def test_neither_mail_nor_agents_come_in_through_us(desk: OtoboDesk) -> None:
    assert not isinstance(desk, MailDesk)
    assert not isinstance(desk, AgentDesk)


def test_an_address_in_capitals_is_the_same_customer(desk: OtoboDesk, otobo: Otobo) -> None:
    ticket = mails.open_ticket(otobo, "Printer", "Raw", "ANN@Customer.Example")
    found = desk.find_ticket(ticket.number)
    assert found
    assert found.customer_login == ANN
    assert [each.number for each in desk.tickets_of(ANN)] == [ticket.number]
    assert desk.in_open_tickets([ANN]) == {ANN}


def test_a_ticket_of_nobody_is_there_and_read_by_nobody(desk: OtoboDesk, otobo: Otobo) -> None:
    ticket = mails.open_ticket(otobo, "Printer", "Raw", ANN)
    otobo.run("UPDATE ticket SET customer_user_id = NULL, customer_id = NULL")
    assert desk.readers([ticket.number]) == {ticket.number: ("",)}


class TestMerges:
    def test_a_merged_ticket_leads_to_where_its_articles_went(self, desk: OtoboDesk, otobo: Otobo) -> None:
        one, two, three = (mails.new_ticket(otobo) for _ in range(3))
        agents.merge(otobo, one, two)
        agents.merge(otobo, two, three)
        for number in (one.number, two.number, three.number):
            found = desk.find_ticket(number)
            assert found
            assert found.number == three.number
            assert desk.readers([number]) == {number: (ANN,)}
        texts = [article.sender_type for article in desk.visible_articles(one.number)]
        assert texts == [article.sender_type for article in desk.visible_articles(three.number)]

    def test_access_lasts_as_long_as_to_the_main_ticket(self, desk: OtoboDesk, otobo: Otobo) -> None:
        one, two = (mails.new_ticket(otobo) for _ in range(2))
        agents.merge(otobo, one, two)
        assert desk.access_ended([one.number, two.number], FAR_AHEAD) == set()
        agents.close(otobo, two)
        assert desk.access_ended([one.number, two.number], FAR_AHEAD) == {one.number, two.number}

    def test_nobody_is_led_to_a_ticket_of_somebody_else(self, desk: OtoboDesk, otobo: Otobo) -> None:
        anns, bobs = mails.new_ticket(otobo), mails.open_ticket(otobo, "Coffee", "Raw", "bob@customer.example")
        agents.merge(otobo, anns, bobs)
        found = desk.find_ticket(anns.number)
        assert found
        assert (found.number, found.state_type) == (anns.number, StateType.MERGED)
        assert desk.readers([anns.number, bobs.number]) == {
            anns.number: (ANN,),
            bobs.number: ("bob@customer.example",),
        }
        assert desk.access_ended([anns.number], FAR_AHEAD) == {anns.number}

    def test_the_states_of_what_was_merged_in_do_not_move_the_close(self, desk: OtoboDesk, otobo: Otobo) -> None:
        main = mails.new_ticket(otobo)
        moment = datetime.now(UTC).replace(microsecond=0)
        otobo.clock = lambda: moment
        agents.close(otobo, main)
        otobo.clock = lambda: moment + timedelta(days=3)
        merged = mails.open_ticket(otobo, "More", "Raw", ANN)
        otobo.history("NewTicket", merged.id, "%%GenericInterface Create", mails.follow_up(otobo, merged).article)
        otobo.clock = lambda: moment + timedelta(days=4)
        agents.merge(otobo, merged, main)
        found = desk.find_ticket(main.number)
        assert found
        assert found.closed == moment


@pytest.mark.parametrize("opened_first", [True, False])
def test_not_me_ends_sessions_that_a_merged_tickets_link_started(
    desk: OtoboDesk, otobo: Otobo, opened_first: bool
) -> None:
    make.customer()
    one, two = (mails.new_ticket(otobo) for _ in range(2))
    links = {number: _link(number) for number in (one.number, two.number)}
    intruder = Client()
    if opened_first:
        intruder.post(links[one.number])
    agents.merge(otobo, one, two)
    if not opened_first:
        intruder.post(links[one.number])
    assert intruder.get(f"/tickets/{one.number}").status_code == 200
    said_from = two.number if opened_first else one.number
    assert Client().post(f"{links[said_from]}/not-me").status_code == 200
    assert intruder.get(f"/tickets/{one.number}").status_code != 200
    assert intruder.get(f"/tickets/{two.number}").status_code != 200


def _link(number: str) -> str:
    issued = issue(number, make.ANN)
    mark_delivered(issued.id)
    return "/l/" + issued.url.rpartition("/")[2]


class TestClose:
    def test_the_first_of_an_unbroken_run_of_final_states_counts(self, desk: OtoboDesk, otobo: Otobo) -> None:
        ticket = mails.new_ticket(otobo)
        moment = datetime.now(UTC).replace(microsecond=0)
        for day, state in enumerate(["closed successful", "open", "closed unsuccessful", "removed"]):
            otobo.clock = lambda day=day: moment + timedelta(days=day)  # type: ignore[misc]
            agents.close(otobo, ticket, state)
        found = desk.find_ticket(ticket.number)
        assert found
        assert found.closed == moment + timedelta(days=2)

    def test_a_ticket_that_closes_itself_later_is_open(self, desk: OtoboDesk, otobo: Otobo) -> None:
        ticket = mails.new_ticket(otobo)
        agents.close(otobo, ticket, "pending auto close+")
        found = desk.find_ticket(ticket.number)
        assert found
        assert (found.state_type, found.closed) == (StateType.PENDING_AUTO, None)

    def test_without_history_the_last_change_counts(self, desk: OtoboDesk, otobo: Otobo) -> None:
        ticket = mails.new_ticket(otobo)
        agents.close(otobo, ticket)
        otobo.run("DELETE FROM ticket_history")
        found = desk.find_ticket(ticket.number)
        assert found
        assert found.closed == found.changed

    def test_a_deleted_ticket_is_an_ended_one(self, desk: OtoboDesk, otobo: Otobo) -> None:
        ticket = mails.new_ticket(otobo)
        agents.delete(otobo, ticket)
        assert desk.find_ticket(ticket.number) is None
        assert desk.access_ended([ticket.number], LONG_AGO) == {ticket.number}
        assert desk.readers([ticket.number]) == {}
