"""What an answer of OTOBO's web service means, or none."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from otalink.otobo.rest import articles, client
from otalink.otobo.rest.client import NotCarriedOut, Refused, Uncertain
from tests.otobo.fake import mails
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.rest import Rest
from tests.support.servers import free_port

NOTE = {"Article": articles.for_agents(subject="Note", text="Look")}


@pytest.fixture
def ticket(otobo: Otobo) -> Filed:
    return mails.new_ticket(otobo)


def test_a_note_is_for_agents_alone_and_tells_nobody(otobo: Otobo, beside: Rest, ticket: Filed) -> None:
    written = client.update_ticket(ticket.id, NOTE)
    row = otobo.database.row(
        "SELECT a.is_visible_for_customer, st.name FROM article a JOIN article_sender_type st"
        " ON st.id = a.article_sender_type_id WHERE a.id = %s",
        written.article_id,
    )
    assert row == (0, "system")
    assert (written.ticket_id, written.ticket_number) == (ticket.id, ticket.number)
    kind = otobo.id_of("ticket_history_type", "SendAgentNotification")
    assert otobo.database.value("SELECT COUNT(*) FROM ticket_history WHERE history_type_id = %s", kind) == 0


def test_a_refusal_comes_with_status_200_and_its_code(beside: Rest, ticket: Filed) -> None:
    with pytest.raises(Refused) as refused:
        client.update_ticket(ticket.id + 1, NOTE)
    assert refused.value.code == "TicketUpdate.AccessDenied"
    assert not refused.value.is_sign_in


def test_a_changed_password_is_a_refusal_that_says_so(beside: Rest, ticket: Filed) -> None:
    beside.agent.password = "another"
    with pytest.raises(Refused) as refused:
        client.get_ticket(ticket.id)
    assert refused.value.is_sign_in
    assert "Api-Pass-1" not in str(refused.value)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 413])
def test_what_the_web_server_refuses_is_not_carried_out(beside: Rest, ticket: Filed, status: int) -> None:
    beside.faults.page = status
    with pytest.raises(NotCarriedOut):
        client.update_ticket(ticket.id, NOTE)


@pytest.mark.parametrize("status", [200, 500, 502, 504])
def test_what_nobody_answers_for_is_uncertain(beside: Rest, ticket: Filed, status: int) -> None:
    beside.faults.page = status
    with pytest.raises(Uncertain):
        client.update_ticket(ticket.id, NOTE)


def test_a_port_where_nobody_listens_is_not_reached(beside: Rest, ticket: Filed, settings: Settings) -> None:
    settings.OTALINK_OTOBO_REST_URL = f"http://127.0.0.1:{free_port()}/otobo"
    with pytest.raises(NotCarriedOut):
        client.update_ticket(ticket.id, NOTE)


def test_a_connection_that_breaks_off_is_uncertain(beside: Rest, ticket: Filed) -> None:
    beside.faults.silent = 1
    with pytest.raises(Uncertain):
        client.update_ticket(ticket.id, NOTE)


def test_a_refusal_also_shows_that_otobo_answers(beside: Rest, ticket: Filed) -> None:
    beside.agent.password = "another"
    client.answers(ticket.id)


def test_names_stand_in_from_as_people_write_them() -> None:
    assert articles.mailbox("Jörg", "j@x.example") == "Jörg <j@x.example>"
    assert articles.mailbox("Lee, Ann", "a@x.example") == '"Lee, Ann" <a@x.example>'
    assert articles.mailbox("", "a@x.example") == "a@x.example"
    assert articles.mailbox("Ann\r\nBcc: x", "a@x.example") == "a@x.example"
