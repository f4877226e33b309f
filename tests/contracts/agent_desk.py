"""What every desk must do whose agents work in our pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otalink.customers import pending
from otalink.customers.types import DEFAULT_BACKEND, CustomerUser
from otalink.desk.agent_port import AgentDesk
from otalink.desk.agent_types import FieldValue, Queue, TicketSearch
from otalink.desk.port import DeskError, TicketNotFound
from otalink.desk.types import ArticleDraft, Attachment, HistoryType, Routing, SenderType, Standing, StateType
from tests.support.make import ANN, draft

NOWHERE = "1999010110000001"
FILES = (Attachment("a.bin", "application/octet-stream", b"secret"),)


def note(text: str = "He is always like this.", **fields: object) -> ArticleDraft:
    written = draft(text, sender_type=SenderType.AGENT, visible_for_customer=False)
    return replace(written, **fields)  # type: ignore[arg-type]


def unproven(text: str, standing: Standing = Standing.UNPROVEN) -> ArticleDraft:
    return replace(draft(text, visible_for_customer=False), standing=standing)


def opened(desk: AgentDesk, login: str = ANN, subject: str = "Printer") -> str:
    return desk.create_ticket(draft(subject=subject), Routing(login, login)).number


def found(desk: AgentDesk, search: TicketSearch) -> list[str]:
    numbers = [ticket.number for ticket in desk.find_tickets(search, 0, 100)]
    assert desk.count_tickets(search) == len(numbers)
    return numbers


class AgentDeskContract:
    """Subclass it with a fixture `desk`, and methods that do what operators do."""

    def checkbox(self) -> FieldValue:
        """A dynamic field that takes on and off, as a ticket shows it that has it on."""
        raise NotImplementedError

    def another_queue(self) -> Queue:
        """A queue that new tickets do not come to."""
        raise NotImplementedError

    def test_it_lists_tickets_by_type_of_state_last_changed_first(self, desk: AgentDesk) -> None:
        new, pending, closed = (opened(desk) for _ in range(3))
        desk.set_state(closed, "closed successful")
        desk.set_state(pending, "pending reminder")
        desk.set_priority(new, "4 high")
        assert found(desk, TicketSearch()) == [new, pending, closed]
        for state_types, wanted in (
            ({StateType.NEW}, [new]),
            ({StateType.PENDING_REMINDER, StateType.CLOSED}, [pending, closed]),
            ({StateType.MERGED}, []),
        ):
            assert found(desk, TicketSearch(frozenset(state_types))) == wanted

    def test_it_lists_tickets_by_their_numbers(self, desk: AgentDesk) -> None:
        first, second, _ = (opened(desk) for _ in range(3))
        assert found(desk, TicketSearch(numbers=(first, second, NOWHERE))) == [second, first]
        assert found(desk, TicketSearch(numbers=())) == []

    def test_it_searches_numbers_titles_and_logins_for_every_word(self, desk: AgentDesk) -> None:
        anns, bobs = opened(desk), opened(desk, "bob@x.example", "Coffee 100%")
        for words, wanted in (
            ([anns], [anns]),
            (["PRINT", "ann@"], [anns]),
            (["printer", "bob"], []),
            (["bob@x"], [bobs]),
            (["%"], [bobs]),
            (["_"], []),
        ):
            assert found(desk, TicketSearch(words=tuple(words))) == wanted

    def test_it_says_on_which_tickets_a_sender_waits(self, desk: AgentDesk) -> None:
        waiting, other = opened(desk), opened(desk)
        pending.add(waiting, CustomerUser(ANN, ANN, ANN, "Ann", "Lee", backend=DEFAULT_BACKEND), "too many")
        listed = desk.find_tickets(TicketSearch(), 0, 10)
        assert [(ticket.number, ticket.sender_pending) for ticket in listed] == [(other, False), (waiting, True)]
        assert found(desk, TicketSearch(sender_pending=True)) == [waiting]
        assert found(desk, TicketSearch(sender_pending=True, words=("nothing",))) == []

    def test_it_hands_out_a_long_list_in_parts(self, desk: AgentDesk) -> None:
        numbers = [opened(desk) for _ in range(5)][::-1]
        parts = [desk.find_tickets(TicketSearch(), start, 2) for start in (0, 2, 4, 6)]
        assert [[ticket.number for ticket in part] for part in parts] == [numbers[:2], numbers[2:4], numbers[4:], []]

    def test_it_shows_agents_every_article(self, desk: AgentDesk) -> None:
        number = opened(desk)
        internal = desk.add_agent_reply(number, note())
        desk.add_follow_up(number, draft("Thanks.", attachments=FILES))
        assert [article.text for article in desk.all_articles(number)] == [
            "The printer is on fire.",
            "He is always like this.",
            "Thanks.",
        ]
        assert desk.all_articles(number)[1].id == internal.id
        assert desk.all_articles(number)[2].attachments == desk.visible_articles(number)[1].attachments

    def test_it_keeps_the_mail_behind_an_article_to_the_byte(self, desk: AgentDesk) -> None:
        raw = bytes(range(256)) * 1000
        number, other = desk.create_ticket(replace(draft(), original=raw), Routing(ANN, ANN)).number, opened(desk)
        desk.add_agent_reply(number, note())
        mail, no_mail = desk.all_articles(number)
        assert (mail.original_size, no_mail.original_size) == (len(raw), None)
        content = desk.read_original(number, mail.id)
        assert content
        with content:
            assert content.read() == raw
        assert desk.read_original(number, no_mail.id) is None
        assert desk.read_original(other, mail.id) is None

    def test_it_hands_agents_the_files_of_internal_articles_but_of_that_ticket_only(self, desk: AgentDesk) -> None:
        number, other = opened(desk), opened(desk)
        (file,) = desk.add_agent_reply(number, note(attachments=FILES)).attachments
        assert desk.read_attachment(number, file.id) is None
        assert desk.read_any_attachment(other, file.id) is None
        opened_file = desk.read_any_attachment(number, file.id)
        assert opened_file
        assert opened_file[0] == file
        with opened_file[1] as content:
            assert content.read() == b"secret"

    def test_it_shows_what_dynamic_fields_hold(self, desk: AgentDesk) -> None:
        field, number = self.checkbox(), opened(desk)
        assert desk.dynamic_fields(number) == []
        desk.set_dynamic_field(number, field.name, "1")
        assert desk.dynamic_fields(number) == [field]

    def test_it_tells_the_newest_history_of_one_ticket_first(self, desk: AgentDesk) -> None:
        number = opened(desk)
        desk.set_priority(number, "4 high")
        desk.set_priority(opened(desk), "4 high")
        entries = desk.history(number)
        assert [entry.type for entry in entries] == [HistoryType.PRIORITY_UPDATE, HistoryType.NEW_TICKET]
        assert desk.history(number, 1) == entries[:1]
        assert all(entry in desk.history_since(0) for entry in entries)

    def test_it_says_since_when_somebody_takes_part(self, desk: AgentDesk) -> None:
        number, before = opened(desk), datetime.now(UTC) - timedelta(seconds=1)
        for login in ("bob@x.example", "al@x.example"):
            desk.add_participant(number, login)
        found = desk.participations(number)
        assert [row.customer_login for row in found] == ["bob@x.example", "al@x.example"]
        assert all(before < row.since < before + timedelta(minutes=1) for row in found)

    def test_a_follow_up_that_is_not_proven_says_so_and_one_click_makes_it_the_customer_s(
        self, desk: AgentDesk
    ) -> None:
        number, other = opened(desk), opened(desk)
        desk.set_state(number, "closed successful")
        hidden = desk.add_follow_up(number, unproven("It burns again."))
        assert [article.standing for article in desk.all_articles(number)] == [Standing.OWN, Standing.UNPROVEN]
        assert len(desk.visible_articles(number)) == 1
        assert desk.find_ticket(number).state_type is StateType.CLOSED  # type: ignore[union-attr]
        assert not desk.show_follow_up(other, hidden.id), "it is no article of that ticket"
        assert desk.show_follow_up(number, hidden.id)
        assert [article.text for article in desk.visible_articles(number)][1:] == ["It burns again."]
        assert [article.standing for article in desk.all_articles(number)] == [Standing.OWN, Standing.OWN]
        assert desk.find_ticket(number).state_type is StateType.OPEN  # type: ignore[union-attr]
        assert not desk.show_follow_up(number, hidden.id), "once is enough"
        told = [(e.type, e.notify) for e in reversed(desk.history(number)) if e.article_id == hidden.id]
        assert told == [(HistoryType.FOLLOW_UP, False), (HistoryType.FOLLOW_UP_SHOWN, True)]

    def test_a_robot_s_follow_up_opens_nothing_when_it_is_shown(self, desk: AgentDesk) -> None:
        number = opened(desk)
        desk.set_state(number, "closed successful")
        hidden = desk.add_follow_up(number, unproven("I am away."), notify=False)
        assert desk.show_follow_up(number, hidden.id)
        assert desk.find_ticket(number).state_type is StateType.CLOSED  # type: ignore[union-attr]
        assert not desk.history(number, 1)[0].notify

    @pytest.mark.parametrize("standing", [Standing.DENIED, Standing.STRANGER, Standing.FILTERED])
    def test_no_other_hidden_follow_up_becomes_the_customer_s(self, desk: AgentDesk, standing: Standing) -> None:
        number = opened(desk)
        hidden = desk.add_follow_up(number, unproven("Let me in.", standing=standing))
        internal = desk.add_agent_reply(number, note())
        assert [desk.show_follow_up(number, article.id) for article in (hidden, internal)] == [False, False]
        assert len(desk.visible_articles(number)) == 1
        assert desk.all_articles(number)[1].standing is standing

    def test_it_finds_the_tickets_whose_unproven_follow_ups_nobody_looked_after(self, desk: AgentDesk) -> None:
        shown, answered, waiting, denied, _plain = (opened(desk) for _ in range(5))
        articles = [desk.add_follow_up(number, unproven("Hello?")) for number in (shown, answered, waiting)]
        desk.add_follow_up(denied, unproven("Hello?", standing=Standing.DENIED))
        desk.show_follow_up(shown, articles[0].id)
        desk.add_agent_reply(answered, note("It was not him."))
        assert found(desk, TicketSearch(unproven_follow_up=True)) == [waiting]
        desk.add_follow_up(answered, unproven("Hello, again?"))
        assert found(desk, TicketSearch(unproven_follow_up=True)) == [answered, waiting]

    def test_it_offers_what_it_takes_and_refuses_the_rest(self, desk: AgentDesk) -> None:
        number, queue = opened(desk), self.another_queue()
        choices = desk.choices()
        assert {"new", "open", "closed successful"} < set(choices.states)
        assert "3 normal" in choices.priorities
        assert queue in choices.queues
        desk.set_state(number, choices.states[-1])
        desk.set_priority(number, choices.priorities[-1])
        desk.move(number, queue.name)
        ticket = desk.find_ticket(number)
        assert ticket
        assert (ticket.state, ticket.priority) == (choices.states[-1], choices.priorities[-1])
        assert ticket.queue == queue.name
        for change in (desk.set_state, desk.set_priority, desk.move):
            with pytest.raises(DeskError):
                change(number, "no such thing")
        assert desk.find_ticket(number) == ticket

    def test_every_change_stands_in_the_history(self, desk: AgentDesk) -> None:
        number, queue = opened(desk), self.another_queue()
        before = desk.find_ticket(number)
        assert before
        desk.set_state(number, "open")
        desk.set_priority(number, "1 very low")
        desk.move(number, queue.name)
        assert [(entry.type, entry.text) for entry in reversed(desk.history(number, 3))] == [
            (HistoryType.STATE_UPDATE, "new -> open"),
            (HistoryType.PRIORITY_UPDATE, "3 normal -> 1 very low"),
            (HistoryType.MOVE, f"{before.queue} -> {queue.name}"),
        ]

    def test_a_close_can_be_dated_back(self, desk: AgentDesk) -> None:
        number, then = opened(desk), datetime(2026, 1, 2, tzinfo=UTC)
        desk.set_state(number, "closed successful", then)
        assert desk.find_ticket(number).closed == then  # type: ignore[union-attr]

    def test_a_form_sent_again_is_filed_once(self, desk: AgentDesk) -> None:
        number = opened(desk)
        first = desk.add_agent_reply(number, note(message_id="agent-1@desk.example"))
        again = desk.add_agent_reply(number, note("Changed.", message_id="agent-1@desk.example"))
        other = desk.add_agent_reply(number, note(message_id="agent-2@desk.example"))
        assert again == first
        assert [article.id for article in desk.all_articles(number)[1:]] == [first.id, other.id]
        assert len(desk.history(number)) == 4, "new, two notes, and the state that the first of them changed"

    def test_a_note_is_mailed_to_nobody(self, desk: AgentDesk) -> None:
        number = opened(desk)
        desk.add_agent_reply(number, note())
        desk.add_agent_reply(number, note(visible_for_customer=True))
        written = [entry.notify for entry in desk.history(number) if entry.type is HistoryType.AGENT_REPLY]
        assert written == [True, False]

    def test_there_is_nothing_about_a_ticket_it_does_not_know(self, desk: AgentDesk) -> None:
        assert desk.all_articles(NOWHERE) == []
        assert desk.dynamic_fields(NOWHERE) == []
        assert desk.history(NOWHERE) == []
        assert desk.participations(NOWHERE) == []
        assert desk.read_any_attachment(NOWHERE, 1) is None
        for change, value in (
            (desk.set_state, "open"),
            (desk.set_priority, "4 high"),
            (desk.move, self.another_queue().name),
        ):
            with pytest.raises(TicketNotFound):
                change(NOWHERE, value)
        with pytest.raises(TicketNotFound):
            desk.add_agent_reply(NOWHERE, note())
        with pytest.raises(TicketNotFound):
            desk.show_follow_up(NOWHERE, 1)
