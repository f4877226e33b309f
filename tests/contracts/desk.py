"""What every desk must do, whichever ticket system stands behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otalink.desk.port import Desk, TicketNotFound
from otalink.desk.types import ArticleDraft, Attachment, HistoryType, SenderType, StateType, Ticket
from tests.support.make import ANN, draft

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


class _Hands:
    """What customers, agents and operators do with a desk; subclass it with a fixture `desk`."""

    def opened(self, desk: Any, first: ArticleDraft | None = None, login: str = ANN) -> Ticket:
        """A ticket of a customer user, with its first article."""
        raise NotImplementedError

    def written(self, desk: Any, number: str, message: ArticleDraft) -> list[int]:
        """A customer's mail on a ticket; the ids of its files."""
        raise NotImplementedError

    def agent_reply(self, desk: Any, number: str, text: str, *, visible: bool = True) -> None:
        raise NotImplementedError

    def close(self, number: str, state: str = "closed successful") -> None:
        raise NotImplementedError

    def reopen(self, number: str) -> None:
        raise NotImplementedError


class DeskContract(_Hands):
    """What is read of a desk, its history, who takes part, and when access ends."""

    def agent_reply(self, desk: Any, number: str, text: str, *, visible: bool = True) -> None:
        raise NotImplementedError

    def close(self, number: str, state: str = "closed successful") -> None:
        raise NotImplementedError

    def reopen(self, number: str) -> None:
        raise NotImplementedError

    def text_field(self) -> str:
        """The name of a dynamic field that takes any text."""
        raise NotImplementedError

    def test_it_opens_a_ticket_with_its_first_article(self, desk: Desk) -> None:
        ticket = self.opened(desk, draft(subject="Printer"))
        assert desk.find_ticket(ticket.number) == ticket
        assert (ticket.title, ticket.state_type, ticket.customer_login) == ("Printer", StateType.NEW, ANN)
        assert ticket.closed is None
        (article,) = desk.visible_articles(ticket.number)
        assert (article.text, article.from_address) == ("The printer is on fire.", ANN)
        assert article.sender_type is SenderType.CUSTOMER

    def test_it_knows_no_other_ticket(self, desk: Desk) -> None:
        assert desk.find_ticket("") is None
        assert desk.find_ticket("1999010110000001") is None
        with pytest.raises(TicketNotFound):
            desk.visible_articles("1999010110000001")

    def test_it_finds_a_ticket_by_the_first_message_id_it_knows(self, desk: Desk) -> None:
        one = self.opened(desk, draft(message_id="one@x.example"))
        two = self.opened(desk, draft(message_id="two@x.example"))
        assert desk.find_ticket_by_message_id(["none@x.example", "two@x.example", "one@x.example"]) == two
        assert desk.find_ticket_by_message_id(["one@x.example"]) == one
        assert desk.find_ticket_by_message_id(["none@x.example"]) is None
        assert desk.find_ticket_by_message_id([]) is None

    def test_it_survives_a_thousand_references(self, desk: Desk) -> None:
        ticket = self.opened(desk, draft(message_id="one@x.example"))
        many = [f"{number}@x.example" for number in range(1000)]
        assert desk.find_ticket_by_message_id([*many, "one@x.example"]) == ticket

    def test_it_files_a_follow_up(self, desk: Desk) -> None:
        number = self.opened(desk).number
        self.written(desk, number, draft("It still burns."))
        assert [article.text for article in desk.visible_articles(number)][-1] == "It still burns."

    def test_it_hides_articles_that_are_not_for_the_customer(self, desk: Desk) -> None:
        number = self.opened(desk).number
        self.agent_reply(desk, number, "internal", visible=False)
        self.written(desk, number, draft("from a stranger", visible_for_customer=False))
        self.agent_reply(desk, number, "We are on our way.")
        assert [article.text for article in desk.visible_articles(number)][1:] == ["We are on our way."]

    def test_it_opens_a_closed_ticket_when_the_customer_writes(self, desk: Desk) -> None:
        number = self.opened(desk).number
        self.close(number)
        assert desk.find_ticket(number).closed is not None  # type: ignore[union-attr]
        self.written(desk, number, draft("Not solved."))
        ticket = desk.find_ticket(number)
        assert ticket is not None
        assert (ticket.state_type, ticket.closed) == (StateType.OPEN, None)

    def test_the_time_of_the_close_stays_when_something_else_changes(self, desk: Desk) -> None:
        number = self.opened(desk).number
        self.close(number)
        closed = desk.find_ticket(number).closed  # type: ignore[union-attr]
        self.agent_reply(desk, number, "A late note.", visible=False)
        self.close(number, "removed")
        assert desk.find_ticket(number).closed == closed  # type: ignore[union-attr]

    def test_it_lists_a_customers_own_tickets_only(self, desk: Desk) -> None:
        mine = self.opened(desk)
        self.opened(desk, login="bob@x.example")
        assert [ticket.number for ticket in desk.tickets_of(ANN)] == [mine.number]
        assert desk.tickets_of("") == []

    def test_it_keeps_attachments_to_the_byte(self, desk: Desk) -> None:
        files = (
            Attachment("a.bin", "application/octet-stream", bytes(range(256)) * 40),
            Attachment("", "x/y", b"", "c1"),
        )
        number = self.opened(desk, draft(attachments=files)).number
        (article,) = desk.visible_articles(number)
        first, second = article.attachments
        assert (first.filename, first.size, second.content_id, second.size) == ("a.bin", 10_240, "c1", 0)
        found = desk.read_attachment(number, first.id)
        assert found is not None
        with found[1] as file:
            assert file.read() == files[0].content

    def test_it_hands_out_no_attachment_of_another_ticket_or_a_hidden_article(self, desk: Desk) -> None:
        files = (Attachment("a.bin", "application/octet-stream", b"secret"),)
        number = self.opened(desk, draft(attachments=files)).number
        other = self.opened(desk).number
        (article,) = desk.visible_articles(number)
        assert desk.read_attachment(other, article.attachments[0].id) is None
        (hidden,) = self.written(desk, number, draft(attachments=files, visible_for_customer=False))
        assert desk.read_attachment(number, hidden) is None

    def test_it_writes_a_history_that_feeds_notifications(self, desk: Desk) -> None:
        start = max((entry.id for entry in desk.history_since(0)), default=0)
        number = self.opened(desk).number
        self.written(desk, number, draft("It still burns."))
        self.agent_reply(desk, number, "Hello.")
        entries = desk.history_since(start)
        steps = [(entry.type, entry.notify) for entry in entries if entry.article_id]
        assert steps == [
            (HistoryType.NEW_TICKET, True),
            (HistoryType.FOLLOW_UP, True),
            (HistoryType.AGENT_REPLY, True),
        ]
        assert all(entry.ticket_number == number for entry in entries)
        assert desk.history_since(entries[0].id)[0] == entries[1]
        assert len(desk.history_since(start, limit=2)) == 2
        (article,) = (one for one in desk.visible_articles(number) if one.id == entries[0].article_id)
        assert article.text == "The printer is on fire."

    def test_it_records_that_mail_could_not_be_delivered(self, desk: Desk) -> None:
        number = self.opened(desk).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_undeliverable(number, "550 no such mailbox")
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.text) == (HistoryType.UNDELIVERABLE, "550 no such mailbox")
        with pytest.raises(TicketNotFound):
            desk.record_undeliverable("1999010110000001", "x")

    def test_it_records_that_an_answer_was_withheld_and_mails_nobody_for_it(self, desk: Desk) -> None:
        number = self.opened(desk).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_withheld(number, "one a day")
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.text, entry.notify) == (HistoryType.ANSWER_WITHHELD, "one a day", False)
        with pytest.raises(TicketNotFound):
            desk.record_withheld("1999010110000001", "x")

    def test_it_knows_who_takes_part_in_a_ticket(self, desk: Desk) -> None:
        number = self.opened(desk).number
        other = self.opened(desk).number
        assert desk.participants(number) == []
        assert desk.add_participant(number, "bob@x.example")
        assert desk.add_participant(number, "cy@x.example")
        assert not desk.add_participant(number, "bob@x.example")
        assert not desk.add_participant(number, ANN)
        assert desk.participants(number) == ["bob@x.example", "cy@x.example"]
        readers = desk.readers([number, other, "1999010110000001"])
        assert readers == {number: (ANN, "bob@x.example", "cy@x.example"), other: (ANN,)}
        assert desk.readers([]) == {}

    def test_it_ends_somebodys_part(self, desk: Desk) -> None:
        number = self.opened(desk).number
        desk.add_participant(number, "bob@x.example")
        assert desk.remove_participant(number, "bob@x.example")
        assert not desk.remove_participant(number, "bob@x.example")
        assert not desk.remove_participant(number, ANN)
        assert desk.readers([number]) == {number: (ANN,)}

    def test_nobody_takes_part_in_a_ticket_it_does_not_know(self, desk: Desk) -> None:
        for refused in (desk.participants, desk.record_admission):
            with pytest.raises(TicketNotFound):
                refused("1999010110000001")
        for change in (desk.add_participant, desk.remove_participant):
            with pytest.raises(TicketNotFound):
                change("1999010110000001", "bob@x.example")

    def test_it_lists_tickets_that_somebody_takes_part_in_with_their_own(self, desk: Desk) -> None:
        number = self.opened(desk).number
        own = self.opened(desk, login="bob@x.example").number
        desk.add_participant(number, "bob@x.example")
        self.written(desk, number, draft("More."))
        assert [ticket.number for ticket in desk.tickets_of("bob@x.example")] == [number, own]
        desk.remove_participant(number, "bob@x.example")
        assert [ticket.number for ticket in desk.tickets_of("bob@x.example")] == [own]

    def test_it_says_who_is_in_an_open_ticket(self, desk: Desk) -> None:
        number = self.opened(desk).number
        desk.add_participant(number, "bob@x.example")
        everybody = [ANN, "bob@x.example", "cy@x.example"]
        assert desk.in_open_tickets(everybody) == {ANN, "bob@x.example"}
        self.close(number)
        assert desk.in_open_tickets(everybody) == set()
        assert desk.in_open_tickets([]) == set()

    def test_admissions_and_participants_stand_in_the_history(self, desk: Desk) -> None:
        number = self.opened(desk).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_admission(number)
        desk.add_participant(number, "bob@x.example")
        desk.add_participant(number, "cy@x.example", notify=False)
        desk.remove_participant(number, "bob@x.example")
        assert [(entry.type, entry.text, entry.notify) for entry in desk.history_since(start)] == [
            (HistoryType.SENDER_ADMITTED, "", True),
            (HistoryType.PARTICIPANT_ADDED, "bob@x.example", True),
            (HistoryType.PARTICIPANT_ADDED, "cy@x.example", False),
            (HistoryType.PARTICIPANT_REMOVED, "bob@x.example", True),
        ]

    def test_it_says_for_which_tickets_access_has_ended(self, desk: Desk) -> None:
        opened, closed, removed, merged, again = (self.opened(desk).number for _ in range(5))
        self.close(closed)
        self.close(removed, "removed")
        self.close(merged, "merged")
        self.close(again)
        self.reopen(again)
        numbers = [opened, closed, removed, merged, again, "1999010110000001"]
        assert desk.access_ended(numbers, FAR_AHEAD) == {closed, removed, merged, "1999010110000001"}
        assert desk.access_ended(numbers, LONG_AGO) == {"1999010110000001"}
        assert desk.access_ended([], FAR_AHEAD) == set()

    def test_access_ends_at_the_very_moment(self, desk: Desk) -> None:
        number = self.opened(desk).number
        self.close(number)
        closed = desk.find_ticket(number).closed  # type: ignore[union-attr]
        assert closed is not None
        assert desk.access_ended([number], closed) == {number}
        assert desk.access_ended([number], closed - timedelta(microseconds=1)) == set()

    def test_it_takes_text_in_any_script(self, desk: Desk) -> None:
        number = self.opened(desk, draft("Grüße 🖨️ 你好", subject="Ünïcödé 🔥")).number
        assert desk.find_ticket(number).title == "Ünïcödé 🔥"  # type: ignore[union-attr]
        assert desk.visible_articles(number)[0].text == "Grüße 🖨️ 你好"


class RepliesContract(_Hands):
    """What customers write in the portal, and what we tell agents."""

    def settle(self, desk: Any) -> None:
        """Let what was queued reach the desk."""

    def test_it_files_a_reply_of_one_message_id_once(self, desk: Desk) -> None:
        number = self.opened(desk).number
        first = desk.add_customer_reply(number, draft("Thanks.", message_id="form-1@desk.example"))
        assert desk.add_customer_reply(number, draft("Changed.", message_id="form-1@desk.example")) == first
        desk.add_customer_reply(number, draft("Thanks.", message_id="form-2@desk.example"))
        for _ in range(2):
            desk.add_customer_reply(number, draft("Without."))
        texts = [article.text for article in desk.visible_articles(number)[1:]]
        assert texts == ["Thanks.", "Thanks.", "Without.", "Without."]

    def test_a_reply_opens_a_closed_ticket(self, desk: Desk) -> None:
        number = self.opened(desk).number
        self.close(number)
        desk.add_customer_reply(number, draft("Not solved."))
        self.settle(desk)
        ticket = desk.find_ticket(number)
        assert ticket is not None
        assert (ticket.state_type, ticket.closed) == (StateType.OPEN, None)

    def test_a_reply_stands_in_the_history(self, desk: Desk) -> None:
        number = self.opened(desk).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.add_customer_reply(number, draft("Thanks."))
        self.settle(desk)
        assert [entry.type for entry in desk.history_since(start) if entry.article_id] == [HistoryType.CUSTOMER_REPLY]

    def test_a_note_is_for_agents_alone(self, desk: Desk) -> None:
        number = self.opened(desk).number
        desk.add_note(number, "This was not me", "All sessions ended.")
        self.settle(desk)
        assert [article.text for article in desk.visible_articles(number)] == ["The printer is on fire."]
        with pytest.raises(TicketNotFound):
            desk.add_note("1999010110000001", "x", "y")
