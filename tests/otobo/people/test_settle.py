"""Whom a mail that OTOBO filed makes, and whom not; whose word a follow-up is; and what is put right in OTOBO."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.customers import directory, pending
from otalink.customers.models import CustomerUserRecord, ProvisionalCustomerUser
from otalink.desk.current import get_desk
from otalink.desk.types import HistoryType, Proof
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.otobo import ticket_changes
from otalink.otobo.models import Arrival, MirrorEntry, QueuedReply, TicketChange
from otalink.sysconfig import named
from otalink.sysconfig import store as settings_store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, TRUSTED_SERVERS
from tests.otobo.fake import agents, mails
from tests.otobo.fake.articles import File, mail, store, store_raw
from tests.otobo.fake.core import Died, Filed, Otobo
from tests.otobo.fake.faults import Backup, dies
from tests.otobo.fake.rest import Rest
from tests.otobo.watching import Watching, steps
from tests.support import make

pytestmark = pytest.mark.django_db

ANN, EVE = "ann@customer.example", "eve@attacker.example"
_ABOUT = "header.from=customer.example"
PROVEN: dict[str, Any] = {"Authentication_Results": f"mx.desk.example; dmarc=pass {_ABOUT}"}
DENIED: dict[str, Any] = {"Authentication_Results": f"mx.desk.example; dmarc=fail (p=reject) {_ABOUT}"}


@pytest.fixture
def watching(beside: Rest, otobo: Otobo, settings: Settings) -> Watching:
    """A watcher; a server of ours checks senders, and OTOBO itself answers nobody."""
    settings.OTALINK_OTOBO_RELAY = None
    otobo.auto_reply = otobo.notifies = False
    settings_store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    return Watching()


def entry(ticket: Filed, type_: HistoryType = HistoryType.NEW_TICKET) -> MirrorEntry:
    return MirrorEntry.objects.get(ticket_number=ticket.number, type=type_)


def set_filter(**values: object) -> None:
    chosen = {**settings_store.get(CREATE_CUSTOMER_USER), **values}
    settings_store.set_value(CREATE_CUSTOMER_USER.name, chosen)


def notes(ticket: Filed) -> list[str]:
    found = QueuedReply.objects.filter(ticket_number=ticket.number, for_agents=True)
    return list(found.order_by("pk").values_list("subject", flat=True))


def customer_of(otobo: Otobo, ticket: Filed) -> str:
    return str(otobo.ticket(ticket.id)["customer_user"])


class TestNewTickets:
    def test_a_proven_stranger_becomes_a_customer_user_and_is_answered(self, otobo: Otobo, watching: Watching) -> None:
        ticket = mails.new_ticket(otobo, mail("Ann Lee <Ann@Customer.example>", **PROVEN))
        watching.look()
        user = directory.find_by_login(ANN)
        assert user
        assert (user.first_name, user.last_name, user.customer_id) == ("Ann", "Lee", ANN)
        assert (entry(ticket).notify, entry(ticket).proof) == (True, Proof.PROVEN)
        assert ProvisionalCustomerUser.objects.get().proven
        feed()
        assert [each.ticket_number for each in OutboxMail.objects.all()] == [ticket.number]
        assert not TicketChange.objects.exists(), "their own spelling is no other customer"

    def test_whom_checks_do_not_prove_waits_for_an_agent_who_lets_them_in_by_answering(
        self, otobo: Otobo, watching: Watching
    ) -> None:
        ticket = mails.new_ticket(otobo, mail(**DENIED))
        watching.look()
        assert not CustomerUserRecord.objects.exists()
        assert pending.find(ticket.number)
        assert (entry(ticket).notify, entry(ticket).proof) == (False, Proof.DENIED)
        assert notes(ticket) == ["The sender waits for an agent"]
        agents.answer(otobo, ticket, "Hello.")
        watching.look()
        feed()
        assert directory.find_by_login(ANN)
        assert not pending.find(ticket.number)

    def test_mail_of_a_robot_makes_nobody_and_is_not_answered(self, otobo: Otobo, watching: Watching) -> None:
        ticket = mails.new_ticket(otobo, mail(Auto_Submitted="auto-replied", **PROVEN))
        watching.look()
        assert not CustomerUserRecord.objects.exists()
        assert entry(ticket).notify is False
        assert not pending.find(ticket.number)

    def test_mail_from_an_address_of_the_desk_itself_is_not_answered(self, otobo: Otobo, watching: Watching) -> None:
        ticket = mails.new_ticket(otobo, mail("OTOBO <OTOBO@localhost>"))
        watching.look()
        assert not CustomerUserRecord.objects.exists()
        assert entry(ticket).notify is False

    def test_a_known_customer_user_is_not_made_twice(self, otobo: Otobo, watching: Watching) -> None:
        make.customer()
        ticket = mails.new_ticket(otobo, mail(**PROVEN))
        watching.look()
        assert CustomerUserRecord.objects.count() == 1
        assert entry(ticket).notify is True

    def test_limits_hold_and_who_is_over_them_waits(self, otobo: Otobo, watching: Watching) -> None:
        settings_store.set_value("PostMaster::NewCustomerUsers::ProvenPerHour", 1)
        mails.new_ticket(otobo, mail(**PROVEN))
        second = mails.new_ticket(otobo, mail("Bob <bob@customer.example>", **PROVEN))
        watching.look()
        assert CustomerUserRecord.objects.count() == 1
        waits = pending.find(second.number)
        assert waits
        assert "too many" in waits.reason

    def test_an_unproven_mailbox_is_answered_once_a_day_and_agents_are_told(
        self, otobo: Otobo, watching: Watching
    ) -> None:
        settings_store.set_value(TRUSTED_SERVERS.name, "")
        first, second = mails.new_ticket(otobo), mails.new_ticket(otobo)
        watching.look()
        assert [entry(ticket).notify for ticket in (first, second)] == [True, False]
        assert steps(second.number) == [HistoryType.ANSWER_WITHHELD, HistoryType.NEW_TICKET]
        assert notes(second) == ["No answer was sent"]

    def test_the_same_mail_filed_twice_is_answered_once(self, otobo: Otobo, watching: Watching) -> None:
        raw = mail(**PROVEN)
        tickets = [mails.new_ticket(otobo, raw), mails.new_ticket(otobo, raw)]
        watching.look()
        assert [entry(ticket).notify for ticket in tickets] == [True, False]

    def test_a_ticket_that_came_over_rest_proves_nothing_and_waits_for_no_mail(
        self, otobo: Otobo, watching: Watching
    ) -> None:
        ticket = agents.by_phone(otobo, ANN, "Help!")
        watching.look()
        assert steps(ticket.number) == [HistoryType.NEW_TICKET]
        assert not CustomerUserRecord.objects.exists()
        assert entry(ticket).proof == ""


class TestRawMail:
    def test_it_is_waited_for_since_it_comes_last_of_all(self, otobo: Otobo, watching: Watching) -> None:
        raw = mail(**PROVEN)
        ticket = without_raw(otobo, raw)
        watching.look()
        assert steps(ticket.number) == []
        store_raw(otobo, ticket.article, raw)
        watching.rounds._are_waiting = True
        watching.look()
        assert entry(ticket).proof == Proof.PROVEN

    def test_without_it_nobody_is_made_or_answered_and_agents_are_told(self, otobo: Otobo, watching: Watching) -> None:
        ticket = without_raw(otobo, mail(**PROVEN))
        watching.look()
        with time_machine.travel(timezone.now() + timedelta(seconds=11)):
            watching.rounds._are_waiting = True
            watching.look()
        assert (entry(ticket).notify, entry(ticket).proof) == (False, Proof.UNDECIDED)
        assert not CustomerUserRecord.objects.exists()
        assert pending.find(ticket.number)
        assert notes(ticket) == ["The sender waits for an agent"]

    def test_a_later_step_of_the_same_ticket_waits_with_it(self, otobo: Otobo, watching: Watching) -> None:
        raw = mail(**PROVEN)
        ticket = without_raw(otobo, raw)
        agents.answer(otobo, ticket, "Hello.")
        watching.look()
        assert steps(ticket.number) == []
        store_raw(otobo, ticket.article, raw)
        watching.rounds._are_waiting = True
        watching.look()
        assert steps(ticket.number) == [HistoryType.NEW_TICKET, HistoryType.AGENT_REPLY]


def without_raw(otobo: Otobo, raw: bytes) -> Filed:
    """OTOBO is still at it, or its process has ended, before it stored the raw mail."""

    def stop(statement: str) -> None:
        if statement == "INSERT article_data_mime_plain":
            raise Died(statement)

    before, otobo.before = otobo.before, stop
    with pytest.raises(Died):
        mails.new_ticket(otobo, raw)
    otobo.before = before
    id_, number = otobo.database.row("SELECT id, tn FROM ticket ORDER BY id DESC LIMIT 1")
    article = otobo.database.value("SELECT MAX(id) FROM article WHERE ticket_id = %s", id_)
    return Filed(int(id_), str(number), int(article))


class TestSpoofProtection:
    def filed_under_eve(self, otobo: Otobo) -> Filed:
        """As an account does that believes X-OTOBO-CustomerUser."""
        ticket = mails.open_ticket(otobo, "Printer", "Raw", EVE)
        raw = mail(**PROVEN)
        filed = Filed(ticket.id, ticket.number, store(otobo, ticket.id, mails._draft(mails._parsed(raw), raw)))
        otobo.history("EmailCustomer", ticket.id, "%%", filed.article)
        store_raw(otobo, filed.article, raw)
        return filed

    def test_a_ticket_of_somebody_else_becomes_its_authors_who_is_told_only_then(
        self, otobo: Otobo, watching: Watching, rest: Rest
    ) -> None:
        ticket = self.filed_under_eve(otobo)
        watching.look()
        feed()
        assert not OutboxMail.objects.exists()
        assert notes(ticket) == ["Filed under somebody else"]
        assert ticket_changes.work_once() == 1
        assert customer_of(otobo, ticket) == ANN
        feed()
        assert [each.ticket_number for each in OutboxMail.objects.all()] == [ticket.number]
        assert ticket_changes.work_once() == 0

    def test_while_otobo_is_away_the_change_is_kept(self, otobo: Otobo, watching: Watching, rest: Rest) -> None:
        ticket = self.filed_under_eve(otobo)
        watching.look()
        rest.faults.page = 503
        ticket_changes.work_once()
        assert customer_of(otobo, ticket) == EVE
        rest.faults.page = 0
        TicketChange.objects.update(next_try=timezone.now())
        ticket_changes.work_once()
        assert customer_of(otobo, ticket) == ANN

    def test_what_an_agent_said_meanwhile_stays(self, otobo: Otobo, watching: Watching, rest: Rest) -> None:
        ticket, before = self.filed_under_eve(otobo), self.filed_under_eve(otobo)
        mails.set_customer(otobo, before.id, "carl@customer.example", "carl", by=3)
        watching.look()
        mails.set_customer(otobo, ticket.id, "carl@customer.example", "carl", by=3)
        ticket_changes.work_once()
        assert customer_of(otobo, ticket) == customer_of(otobo, before) == "carl@customer.example"
        assert not TicketChange.objects.exists()

    def test_without_the_setting_a_known_customer_users_ticket_stays(self, otobo: Otobo, watching: Watching) -> None:
        make.customer()
        set_filter(CustomerHeaderSpoofProtection=False)
        self.filed_under_eve(otobo)
        watching.look()
        assert not TicketChange.objects.exists()


def test_the_checkbox_is_set_over_rest_once_there_is_an_account(
    otobo: Otobo, watching: Watching, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Beside OTOBO, the embedded desk is not there to say which fields there are.
    monkeypatch.delitem(named._registered, named.Kind.CHECKBOX)
    (name,) = otobo.database.row("SELECT name FROM dynamic_field WHERE field_type = 'Checkbox' LIMIT 1")
    set_filter(SetCheckBoxName=name)
    ticket = mails.new_ticket(otobo, mail(**PROVEN))
    robot = mails.new_ticket(otobo, mail("Bot <bot@customer.example>", Auto_Submitted="auto-replied"))
    watching.look()
    ticket_changes.work_once()
    rows = otobo.database.rows("SELECT object_id, value_int FROM dynamic_field_value")
    assert rows == [(ticket.id, 1)]
    assert robot.id != ticket.id


class TestFollowUps:
    @pytest.fixture
    def ticket(self, otobo: Otobo, watching: Watching) -> Filed:
        """Ann's ticket."""
        ticket = mails.new_ticket(otobo, mail(**PROVEN))
        watching.look()
        return ticket

    def texts(self, ticket: Filed) -> list[str]:
        return [article.text.strip() for article in get_desk().visible_articles(ticket.number)]

    def test_the_customers_own_is_shown(self, otobo: Otobo, watching: Watching, ticket: Filed) -> None:
        mails.follow_up(otobo, ticket, mail(text="Still burning.", **PROVEN))
        watching.look()
        assert self.texts(ticket)[-1] == "Still burning."
        step = entry(ticket, HistoryType.FOLLOW_UP)
        assert (step.notify, step.standing) == (True, "")

    @pytest.mark.parametrize(
        ("headers", "standing"),
        [({"sender": "Eve <eve@attacker.example>"}, "stranger"), (DENIED, "denied")],
    )
    def test_a_strangers_and_a_forged_one_are_hidden_with_their_files_and_tell_nobody(
        self, otobo: Otobo, watching: Watching, ticket: Filed, headers: dict[str, Any], standing: str
    ) -> None:
        file = File("bill.pdf", "application/pdf", b"%PDF")
        before = self.texts(ticket)
        mails.follow_up(otobo, ticket, mail(text="Pay me.", files=[file], **headers))
        assert self.texts(ticket) == before, "also before the watcher saw it"
        watching.look()
        assert self.texts(ticket) == before
        step = entry(ticket, HistoryType.FOLLOW_UP)
        assert (step.notify, step.standing) == (False, standing)
        assert notes(ticket) == ["Not shown to the customer"]
        (row,) = otobo.database.row("SELECT MAX(id) FROM article_data_mime_attachment")
        assert get_desk().read_attachment(ticket.number, 2 * row) is None

    def test_one_that_is_still_being_written_is_not_shown_though_later_ones_were_seen(
        self, otobo: Otobo, watching: Watching, ticket: Filed
    ) -> None:
        before = self.texts(ticket)
        # Its article is there, its history is not; meanwhile another ticket's mail was filed, seen and decided.
        stranger = mail("Eve <eve@attacker.example>", text="Pay me.")
        assert dies(otobo, 3, lambda: mails.follow_up(otobo, ticket, stranger))
        assert otobo.database.value("SELECT COUNT(*) FROM article WHERE ticket_id = %s", ticket.id) == 2
        mails.new_ticket(otobo, mail(**PROVEN))
        watching.look()
        assert self.texts(ticket) == before

    def test_one_that_was_looked_at_is_not_shown_before_it_is_entered(
        self, otobo: Otobo, watching: Watching, ticket: Filed
    ) -> None:
        before = self.texts(ticket)
        mails.follow_up(otobo, ticket, mail("Eve <eve@attacker.example>", text="Pay me."))
        watching.look()
        step = entry(ticket, HistoryType.FOLLOW_UP)
        Arrival.objects.create(
            history_id=step.history_id or 0, stamp=step.stamp, ticket_id=ticket.id, ticket_number=ticket.number,
            article_id=step.article_id or 0, history_type="FollowUp", type=step.type, seen=timezone.now(),
            looked_at=timezone.now(), standing=step.standing,
        )  # fmt: skip
        step.delete()
        assert self.texts(ticket) == before

    def test_none_is_shown_while_it_is_undecided_after_a_restored_backup(
        self, otobo: Otobo, watching: Watching, ticket: Filed
    ) -> None:
        backup = Backup.take(otobo)
        for _ in range(3):
            mails.follow_up(otobo, ticket, mail(text="Lost.", **PROVEN))
        watching.look()
        backup.restore(otobo)
        watching.look()
        before = self.texts(ticket)
        mails.follow_up(otobo, ticket, mail("Eve <eve@attacker.example>", text="Pay me."))
        assert self.texts(ticket) == before

    def test_a_strangers_on_a_ticket_that_an_agent_opened_is_not_shown_either(
        self, otobo: Otobo, watching: Watching
    ) -> None:
        ticket = agents.by_mail(otobo, ANN, "We have news.")
        watching.look()
        before = self.texts(ticket)
        mails.follow_up(otobo, ticket, mail("Eve <eve@attacker.example>", text="Pay me."))
        assert self.texts(ticket) == before

    def test_what_was_there_before_us_is_shown(self, otobo: Otobo, watching: Watching, ticket: Filed) -> None:
        mails.follow_up(otobo, ticket, mail(text="Old.", **PROVEN))
        mails.new_ticket(otobo, mail(**PROVEN))
        watching.look()
        MirrorEntry.objects.filter(ticket_number=ticket.number).delete()
        assert self.texts(ticket)[-1] == "Old."

    def test_a_robots_tells_nobody_and_makes_no_note(self, otobo: Otobo, watching: Watching, ticket: Filed) -> None:
        mails.follow_up(otobo, ticket, mail("MAILER-DAEMON <mailer-daemon@x.example>", text="Failed."))
        watching.look()
        assert entry(ticket, HistoryType.FOLLOW_UP).notify is False
        assert notes(ticket) == []


def test_one_that_dies_between_looking_and_entering_makes_nobody_twice(otobo: Otobo, watching: Watching) -> None:
    ticket = mails.new_ticket(otobo, mail(**PROVEN))
    watching.look()
    # What a killed one leaves after its first transaction: an arrival that was looked at, and no entry.
    step = entry(ticket)
    Arrival.objects.create(
        history_id=step.history_id or 0, stamp=step.stamp, ticket_id=ticket.id, ticket_number=ticket.number,
        article_id=ticket.article, history_type="EmailCustomer", type=step.type, seen=timezone.now(),
        looked_at=timezone.now(), proof=step.proof,
    )  # fmt: skip
    step.delete()
    watching.rounds._are_waiting = True
    watching.look()
    assert (entry(ticket).notify, entry(ticket).proof) == (True, Proof.PROVEN)
    assert CustomerUserRecord.objects.count() == 1
