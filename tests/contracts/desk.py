"""What every desk must do, whichever ticket system stands behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otalink.desk import reply_address
from otalink.desk.port import Desk, NotAccepted, TicketNotFound
from otalink.desk.types import Attachment, Authentication, HistoryType, Proof, Routing, SenderType, StateType
from otalink.sysconfig.named import Kind
from tests.support.make import ANN, draft

ROUTING = Routing(customer_login=ANN, customer_id=ANN)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


class DeskContract:
    """Subclass it with a fixture `desk`, and methods that do what agents and operators do."""

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
        ticket = desk.create_ticket(draft(subject="Printer"), ROUTING)
        assert desk.find_ticket(ticket.number) == ticket
        assert (ticket.title, ticket.state_type, ticket.customer_login) == ("Printer", StateType.NEW, ANN)
        assert ticket.closed is None
        (article,) = desk.visible_articles(ticket.number)
        assert (article.text, article.from_address) == ("The printer is on fire.", ANN)
        assert article.sender_type is SenderType.CUSTOMER

    def test_a_ticket_is_as_urgent_as_its_routing_says_or_normal(self, desk: Desk) -> None:
        high = desk.create_ticket(draft(), Routing(ANN, ANN, priority="4 high"))
        assert desk.find_ticket(high.number) == high
        assert (high.priority, desk.create_ticket(draft(), ROUTING).priority) == ("4 high", "3 normal")

    def test_it_numbers_tickets_in_date_form_without_repeating(self, desk: Desk) -> None:
        numbers = [desk.create_ticket(draft(), ROUTING).number for _ in range(3)]
        assert len(set(numbers)) == 3
        assert all(number.isdigit() and number.startswith(f"{datetime.now(UTC):%Y%m%d}") for number in numbers)
        assert all(len(number) >= 8 + 1 + 4 for number in numbers)

    def test_it_knows_no_other_ticket(self, desk: Desk) -> None:
        assert desk.find_ticket("") is None
        assert desk.find_ticket("1999010110000001") is None
        with pytest.raises(TicketNotFound):
            desk.visible_articles("1999010110000001")
        with pytest.raises(TicketNotFound):
            desk.add_follow_up("1999010110000001", draft())

    def test_it_refuses_routing_it_cannot_follow(self, desk: Desk) -> None:
        for wrong, kind in (
            (Routing(ANN, ANN, queue="No such queue"), Kind.QUEUE),
            (Routing(ANN, ANN, priority="urgent"), Kind.PRIORITY),
            (Routing(ANN, ANN, state="no such state"), Kind.STATE),
            (Routing(ANN, ANN, dynamic_fields={"NoSuchField": "1"}), Kind.FIELD),
        ):
            with pytest.raises(NotAccepted) as refused:
                desk.create_ticket(draft(), wrong)
            assert refused.value.kind is kind

    def test_it_records_what_a_mail_named_that_is_not_there_and_mails_nobody_for_it(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_not_accepted(number, "no queue 'Nowhere'")
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.text, entry.notify) == (HistoryType.NOT_ACCEPTED, "no queue 'Nowhere'", False)
        with pytest.raises(TicketNotFound):
            desk.record_not_accepted("1999010110000001", "x")

    def test_it_finds_a_ticket_by_the_first_message_id_it_knows(self, desk: Desk) -> None:
        one = desk.create_ticket(draft(message_id="one@x.example"), ROUTING)
        two = desk.create_ticket(draft(message_id="two@x.example"), ROUTING)
        assert desk.find_ticket_by_message_id(["none@x.example", "two@x.example", "one@x.example"]) == two
        assert desk.find_ticket_by_message_id(["one@x.example"]) == one
        assert desk.find_ticket_by_message_id(["none@x.example"]) is None
        assert desk.find_ticket_by_message_id([]) is None

    def test_it_finds_the_newest_ticket_by_exactly_what_a_dynamic_field_holds(self, desk: Desk) -> None:
        field = self.text_field()
        old, new, other = (desk.create_ticket(draft(), ROUTING).number for _ in range(3))
        for number, value in ((old, "Käse-1"), (new, "Käse-1"), (other, "käse-1")):
            desk.set_dynamic_field(number, field, value)
        found = desk.find_ticket_by_dynamic_field(field, "Käse-1")
        assert found == desk.find_ticket(new)
        desk.set_dynamic_field(new, field, "x" * 500)
        assert desk.find_ticket_by_dynamic_field(field, "Käse-1") == desk.find_ticket(old)
        assert desk.find_ticket_by_dynamic_field(field, "x" * 500) == desk.find_ticket(new)
        for name, value in ((field, "Kase-1"), (field, "x" * 499), (field, ""), ("NoSuchField", "Käse-1")):
            assert desk.find_ticket_by_dynamic_field(name, value) is None

    def test_it_accepts_mail_to_the_addresses_of_its_queues_only(self, desk: Desk) -> None:
        address = desk.create_ticket(draft(), ROUTING).queue_email
        assert desk.accepts_recipient(address)
        assert desk.accepts_recipient(address.upper())
        for other in ("", "nobody@localhost", f"x{address}", address.partition("@")[0], address.replace("o", "ö")):
            assert not desk.accepts_recipient(other)

    def test_it_takes_mail_to_the_signed_reply_addresses_of_its_queues(self, desk: Desk) -> None:
        ticket = desk.create_ticket(draft(), ROUTING)
        signed = reply_address.make(ticket.queue_email, ticket.number, ANN, b"key")
        assert desk.accepts_recipient(signed)
        assert desk.accepts_recipient(signed.upper())
        assert not desk.accepts_recipient(f"x{signed}")
        assert not desk.accepts_recipient(ticket.queue_email.replace("@", "+spam@"))

    def test_it_survives_a_thousand_references(self, desk: Desk) -> None:
        ticket = desk.create_ticket(draft(message_id="one@x.example"), ROUTING)
        many = [f"{number}@x.example" for number in range(1000)]
        assert desk.find_ticket_by_message_id([*many, "one@x.example"]) == ticket

    def test_it_files_a_follow_up(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        desk.add_follow_up(number, draft("It still burns."))
        assert [article.text for article in desk.visible_articles(number)][-1] == "It still burns."

    def test_it_files_a_reply_of_one_message_id_once(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        first = desk.add_customer_reply(number, draft("Thanks.", message_id="form-1@desk.example"))
        assert desk.add_customer_reply(number, draft("Changed.", message_id="form-1@desk.example")) == first
        desk.add_customer_reply(number, draft("Thanks.", message_id="form-2@desk.example"))
        for _ in range(2):
            desk.add_customer_reply(number, draft("Without."))
        texts = [article.text for article in desk.visible_articles(number)[1:]]
        assert texts == ["Thanks.", "Thanks.", "Without.", "Without."]

    def test_it_hides_articles_that_are_not_for_the_customer(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        self.agent_reply(desk, number, "internal", visible=False)
        desk.add_follow_up(number, draft("from a stranger", visible_for_customer=False))
        self.agent_reply(desk, number, "We are on our way.")
        assert [article.text for article in desk.visible_articles(number)][1:] == ["We are on our way."]

    def test_it_opens_a_closed_ticket_when_the_customer_writes(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        for write in (desk.add_follow_up, desk.add_customer_reply):
            self.close(number)
            assert desk.find_ticket(number).closed is not None  # type: ignore[union-attr]
            write(number, draft("Not solved."))
            ticket = desk.find_ticket(number)
            assert ticket is not None
            assert (ticket.state_type, ticket.closed) == (StateType.OPEN, None)

    def test_an_auto_reply_or_a_stranger_opens_nothing_again(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        self.close(number)
        desk.add_follow_up(number, draft("I am on holiday."), notify=False)
        desk.add_follow_up(number, draft("Hello?", visible_for_customer=False))
        assert desk.find_ticket(number).closed is not None  # type: ignore[union-attr]

    def test_the_time_of_the_close_stays_when_something_else_changes(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        self.close(number)
        closed = desk.find_ticket(number).closed  # type: ignore[union-attr]
        self.agent_reply(desk, number, "A late note.", visible=False)
        self.close(number, "removed")
        assert desk.find_ticket(number).closed == closed  # type: ignore[union-attr]

    def test_it_lists_a_customers_own_tickets_only(self, desk: Desk) -> None:
        mine = desk.create_ticket(draft(), ROUTING)
        desk.create_ticket(draft(), Routing("bob@x.example", "bob@x.example"))
        assert [ticket.number for ticket in desk.tickets_of(ANN)] == [mine.number]
        assert desk.tickets_of("") == []

    def test_it_keeps_attachments_to_the_byte(self, desk: Desk) -> None:
        files = (
            Attachment("a.bin", "application/octet-stream", bytes(range(256)) * 40),
            Attachment("", "x/y", b"", "c1"),
        )
        number = desk.create_ticket(draft(attachments=files), ROUTING).number
        (article,) = desk.visible_articles(number)
        first, second = article.attachments
        assert (first.filename, first.size, second.content_id, second.size) == ("a.bin", 10_240, "c1", 0)
        found = desk.read_attachment(number, first.id)
        assert found is not None
        with found[1] as file:
            assert file.read() == files[0].content

    def test_it_hands_out_no_attachment_of_another_ticket_or_a_hidden_article(self, desk: Desk) -> None:
        files = (Attachment("a.bin", "application/octet-stream", b"secret"),)
        number = desk.create_ticket(draft(attachments=files), ROUTING).number
        other = desk.create_ticket(draft(), ROUTING).number
        (article,) = desk.visible_articles(number)
        assert desk.read_attachment(other, article.attachments[0].id) is None
        hidden = desk.add_follow_up(number, draft(attachments=files, visible_for_customer=False))
        assert desk.read_attachment(number, hidden.attachments[0].id) is None

    def test_it_writes_a_history_that_feeds_notifications(self, desk: Desk) -> None:
        start = max((entry.id for entry in desk.history_since(0)), default=0)
        number = desk.create_ticket(draft(), ROUTING).number
        desk.add_follow_up(number, draft("I am on holiday."), notify=False)
        self.agent_reply(desk, number, "Hello.")
        desk.add_customer_reply(number, draft("Thanks."))
        entries = desk.history_since(start)
        steps = [(entry.type, entry.notify) for entry in entries if entry.article_id]
        assert steps == [
            (HistoryType.NEW_TICKET, True),
            (HistoryType.FOLLOW_UP, False),
            (HistoryType.AGENT_REPLY, True),
            (HistoryType.CUSTOMER_REPLY, True),
        ]
        assert all(entry.ticket_number == number for entry in entries)
        assert desk.history_since(entries[0].id)[0] == entries[1]
        assert len(desk.history_since(start, limit=2)) == 2
        (article,) = (one for one in desk.visible_articles(number) if one.id == entries[0].article_id)
        assert article.text == "The printer is on fire."

    def test_it_records_that_mail_could_not_be_delivered(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_undeliverable(number, "550 no such mailbox")
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.text) == (HistoryType.UNDELIVERABLE, "550 no such mailbox")
        with pytest.raises(TicketNotFound):
            desk.record_undeliverable("1999010110000001", "x")

    def test_it_records_that_an_answer_was_withheld_and_mails_nobody_for_it(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_withheld(number, "one a day")
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.text, entry.notify) == (HistoryType.ANSWER_WITHHELD, "one a day", False)
        with pytest.raises(TicketNotFound):
            desk.record_withheld("1999010110000001", "x")

    def test_its_history_says_whether_the_mail_was_proven(self, desk: Desk) -> None:
        known = Authentication(Proof.PROVEN, "customer.example", "dmarc=pass customer.example")
        start = max((entry.id for entry in desk.history_since(0)), default=0)
        desk.create_ticket(draft(authentication=known), ROUTING)
        desk.create_ticket(draft(), ROUTING)
        proofs = [entry.proof for entry in desk.history_since(start) if entry.type is HistoryType.NEW_TICKET]
        assert proofs == [Proof.PROVEN, Proof.UNCHECKED]

    def test_it_knows_who_takes_part_in_a_ticket(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        other = desk.create_ticket(draft(), ROUTING).number
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
        number = desk.create_ticket(draft(), ROUTING).number
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
        number = desk.create_ticket(draft(), ROUTING).number
        own = desk.create_ticket(draft(), Routing("bob@x.example", "bob@x.example")).number
        desk.add_participant(number, "bob@x.example")
        desk.add_follow_up(number, draft("More."))
        assert [ticket.number for ticket in desk.tickets_of("bob@x.example")] == [number, own]
        desk.remove_participant(number, "bob@x.example")
        assert [ticket.number for ticket in desk.tickets_of("bob@x.example")] == [own]

    def test_it_says_who_is_in_an_open_ticket(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        desk.add_participant(number, "bob@x.example")
        everybody = [ANN, "bob@x.example", "cy@x.example"]
        assert desk.in_open_tickets(everybody) == {ANN, "bob@x.example"}
        self.close(number)
        assert desk.in_open_tickets(everybody) == set()
        assert desk.in_open_tickets([]) == set()

    def test_admissions_and_participants_stand_in_the_history(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
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
        opened, closed, removed, merged, again = (desk.create_ticket(draft(), ROUTING).number for _ in range(5))
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
        number = desk.create_ticket(draft(), ROUTING).number
        self.close(number)
        closed = desk.find_ticket(number).closed  # type: ignore[union-attr]
        assert closed is not None
        assert desk.access_ended([number], closed) == {number}
        assert desk.access_ended([number], closed - timedelta(microseconds=1)) == set()

    def test_it_takes_text_in_any_script(self, desk: Desk) -> None:
        number = desk.create_ticket(draft("Grüße 🖨️ 你好", subject="Ünïcödé 🔥"), ROUTING).number
        assert desk.find_ticket(number).title == "Ünïcödé 🔥"  # type: ignore[union-attr]
        assert desk.visible_articles(number)[0].text == "Grüße 🖨️ 你好"

    def test_it_takes_lines_that_are_too_long(self, desk: Desk) -> None:
        number = desk.create_ticket(draft(subject="x" * 5000, message_id="m" * 5000), ROUTING).number
        assert desk.find_ticket(number) is not None
        assert desk.find_ticket_by_message_id(["m" * 5000]) is not None
