"""What every desk must do whose mail comes in through us."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from otalink.desk import reply_address
from otalink.desk.mail_port import MailDesk
from otalink.desk.port import NotAccepted, TicketNotFound
from otalink.desk.types import Authentication, HistoryType, Proof, Routing
from otalink.sysconfig.named import Kind
from tests.support.make import ANN, draft

ROUTING = Routing(customer_login=ANN, customer_id=ANN)


class MailDeskContract:
    """Subclass it with a fixture `desk`, and methods that do what operators do."""

    def close(self, number: str, state: str = "closed successful") -> None:
        raise NotImplementedError

    def text_field(self) -> str:
        """The name of a dynamic field that takes any text."""
        raise NotImplementedError

    def test_a_ticket_is_as_urgent_as_its_routing_says_or_normal(self, desk: MailDesk) -> None:
        high = desk.create_ticket(draft(), Routing(ANN, ANN, priority="4 high"))
        assert desk.find_ticket(high.number) == high
        assert (high.priority, desk.create_ticket(draft(), ROUTING).priority) == ("4 high", "3 normal")

    def test_it_numbers_tickets_in_date_form_without_repeating(self, desk: MailDesk) -> None:
        numbers = [desk.create_ticket(draft(), ROUTING).number for _ in range(3)]
        assert len(set(numbers)) == 3
        assert all(number.isdigit() and number.startswith(f"{datetime.now(UTC):%Y%m%d}") for number in numbers)
        assert all(len(number) >= 8 + 1 + 4 for number in numbers)

    def test_it_refuses_routing_it_cannot_follow(self, desk: MailDesk) -> None:
        for wrong, kind in (
            (Routing(ANN, ANN, queue="No such queue"), Kind.QUEUE),
            (Routing(ANN, ANN, priority="urgent"), Kind.PRIORITY),
            (Routing(ANN, ANN, state="no such state"), Kind.STATE),
            (Routing(ANN, ANN, dynamic_fields={"NoSuchField": "1"}), Kind.FIELD),
        ):
            with pytest.raises(NotAccepted) as refused:
                desk.create_ticket(draft(), wrong)
            assert refused.value.kind is kind

    def test_it_records_what_a_mail_named_that_is_not_there_and_mails_nobody_for_it(self, desk: MailDesk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.record_not_accepted(number, "no queue 'Nowhere'")
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.text, entry.notify) == (HistoryType.NOT_ACCEPTED, "no queue 'Nowhere'", False)
        with pytest.raises(TicketNotFound):
            desk.record_not_accepted("1999010110000001", "x")

    def test_it_finds_the_newest_ticket_by_exactly_what_a_dynamic_field_holds(self, desk: MailDesk) -> None:
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

    def test_it_accepts_mail_to_the_addresses_of_its_queues_only(self, desk: MailDesk) -> None:
        address = desk.create_ticket(draft(), ROUTING).queue_email
        assert desk.accepts_recipient(address)
        assert desk.accepts_recipient(address.upper())
        for other in ("", "nobody@localhost", f"x{address}", address.partition("@")[0], address.replace("o", "ö")):
            assert not desk.accepts_recipient(other)

    def test_it_takes_mail_to_the_signed_reply_addresses_of_its_queues(self, desk: MailDesk) -> None:
        ticket = desk.create_ticket(draft(), ROUTING)
        signed = reply_address.make(ticket.queue_email, ticket.number, ANN, b"key")
        assert desk.accepts_recipient(signed)
        assert desk.accepts_recipient(signed.upper())
        assert not desk.accepts_recipient(f"x{signed}")
        assert not desk.accepts_recipient(ticket.queue_email.replace("@", "+spam@"))

    def test_its_history_says_whether_the_mail_was_proven(self, desk: MailDesk) -> None:
        known = Authentication(Proof.PROVEN, "customer.example", "dmarc=pass customer.example")
        start = max((entry.id for entry in desk.history_since(0)), default=0)
        desk.create_ticket(draft(authentication=known), ROUTING)
        desk.create_ticket(draft(), ROUTING)
        proofs = [entry.proof for entry in desk.history_since(start) if entry.type is HistoryType.NEW_TICKET]
        assert proofs == [Proof.PROVEN, Proof.UNCHECKED]

    def test_an_auto_reply_or_a_stranger_opens_nothing_again(self, desk: MailDesk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        self.close(number)
        desk.add_follow_up(number, draft("I am on holiday."), notify=False)
        desk.add_follow_up(number, draft("Hello?", visible_for_customer=False))
        assert desk.find_ticket(number).closed is not None  # type: ignore[union-attr]

    def test_it_takes_lines_that_are_too_long(self, desk: MailDesk) -> None:
        number = desk.create_ticket(draft(subject="x" * 5000, message_id="m" * 5000), ROUTING).number
        assert desk.find_ticket(number) is not None
        assert desk.find_ticket_by_message_id(["m" * 5000]) is not None

    def test_it_files_on_no_ticket_that_is_not_there(self, desk: MailDesk) -> None:
        with pytest.raises(TicketNotFound):
            desk.add_follow_up("1999010110000001", draft())

    def test_an_auto_reply_is_no_reason_for_mail(self, desk: MailDesk) -> None:
        number = desk.create_ticket(draft(), ROUTING).number
        start = max(entry.id for entry in desk.history_since(0))
        desk.add_follow_up(number, draft("I am on holiday."), notify=False)
        (entry,) = desk.history_since(start)
        assert (entry.type, entry.notify) == (HistoryType.FOLLOW_UP, False)
