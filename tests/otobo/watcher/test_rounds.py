"""From OTOBO's history to the mirror, with everything that goes wrong on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from otalink.customers import pending
from otalink.customers.types import CustomerUser
from otalink.desk.port import DeskUnavailable
from otalink.desk.types import HistoryType
from otalink.otobo import participants
from otalink.otobo.models import Arrival, MirrorEntry, Participant, WatcherPosition
from otalink.otobo.reading import tickets
from otalink.otobo.watcher import lease, window
from otalink.otobo.watcher.lease import LeaseLost
from otalink.otobo.watcher.rounds import Rounds
from tests.otobo.fake import agents, articles, faults, mails, rights
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.watching import Watching, position, steps

pytestmark = pytest.mark.django_db

NEW, FOLLOW_UP, REPLY = HistoryType.NEW_TICKET, HistoryType.FOLLOW_UP, HistoryType.AGENT_REPLY


def later(otobo: Otobo) -> None:
    """Some minutes pass."""
    moment = otobo.clock() + timedelta(minutes=5)
    otobo.clock = lambda: moment


def done_looking(_: str) -> None:
    """What is called before each statement, for nothing."""


def test_it_starts_from_now_and_knows_nothing_of_the_past(otobo: Otobo, beside: Rest) -> None:
    mails.new_ticket(otobo)
    Watching()
    assert steps() == []
    assert position() == otobo.database.value("SELECT MAX(id) FROM ticket_history")


def test_a_mail_an_answer_and_a_follow_up_become_one_step_each(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    ticket = mails.new_ticket(otobo)
    agents.answer(otobo, ticket, "Try again.")
    agents.note(otobo, ticket, "He is always like this.")
    agents.note(otobo, ticket, "We are on it.", visible=True)
    mails.follow_up(otobo, ticket)
    agents.in_portal(otobo, ticket, "ann@customer.example", "And here.")
    watching.look()
    assert steps(ticket.number) == [NEW, REPLY, REPLY, FOLLOW_UP, FOLLOW_UP]


def test_an_answer_that_sets_a_state_is_one_step_though_two_rows_name_it(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    watching = Watching()
    agents.answer(otobo, ticket, "We come.", state="open")
    watching.look()
    assert steps(ticket.number) == [REPLY]

    def look(_: str) -> None:
        watching.look()

    otobo.before = look
    agents.answer(otobo, ticket, "We were there.", state="closed successful")
    otobo.before = done_looking
    watching.look()
    assert steps(ticket.number) == [REPLY, REPLY]


def test_a_ticket_opened_by_an_agent_tells_its_customer_what_the_agent_wrote(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    written, called = agents.by_mail(otobo, "ann@customer.example", "News."), agents.by_phone(otobo, "ann", "Help!")
    watching.look()
    assert (steps(written.number), steps(called.number)) == ([REPLY], [NEW])


def test_it_acts_on_no_ticket_that_has_no_article_yet(otobo: Otobo, beside: Rest) -> None:
    otobo.notifies = False
    watching = Watching()
    done: list[list[HistoryType]] = []

    def look(statement: str) -> None:
        watching.look()
        done.append(steps())

    otobo.before = look
    ticket = mails.new_ticket(otobo)
    otobo.before = done_looking
    watching.look()
    assert done.count([]) == len(done), "the raw mail comes last, where nobody is notified"
    assert [len(each) for each in done] == sorted(len(each) for each in done)
    assert steps() == [NEW]
    assert MirrorEntry.objects.get().article_id == ticket.article


def test_a_process_of_otobo_that_dies_anywhere_makes_at_most_one_step(otobo: Otobo, beside: Rest) -> None:
    otobo.notifies = False
    watching = Watching()
    after = 0
    while faults.dies(otobo, after, lambda: mails.new_ticket(otobo)):
        watching.look()
        after += 1
    watching.look()
    assert set(steps()) == {NEW}
    numbers = list(MirrorEntry.objects.values_list("ticket_number", flat=True))
    assert len(numbers) == len(set(numbers))


def test_a_row_that_comes_late_is_not_missed_and_holds_nobody_up(otobo: Otobo, beside: Rest) -> None:
    late, other = mails.new_ticket(otobo), mails.new_ticket(otobo)
    watching = Watching()
    slow = otobo.another()
    draft = articles.Draft("agent", "Internal", "note", "Late.", "Anna Agent")
    article = articles.store(otobo, late.id, draft)
    with faults.late(otobo, late, lambda: slow.history("AddNote", late.id, "%%", article)):
        agents.answer(otobo, other, "Early.")
        watching.look()
        assert steps(other.number) == [REPLY]
    watching.look()
    assert steps(late.number) == [REPLY]
    assert len(steps()) == 2
    slow.database.close()


def test_a_gap_for_ever_is_passed_once_our_clock_saw_it_long_enough(
    otobo: Otobo, beside: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = mails.new_ticket(otobo)
    watching = Watching()
    start = position()
    faults.leave_gap(otobo)
    agents.answer(otobo, ticket, "Hello.")
    watching.look()
    assert (steps(), position()) == ([REPLY], start)
    monkeypatch.setattr(window, "PATIENCE", -1.0)
    watching.look()
    assert position() == otobo.database.value("SELECT MAX(id) FROM ticket_history")


def test_who_takes_over_reads_again_what_was_not_settled_and_doubles_nothing(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    first = Watching()
    faults.leave_gap(otobo)
    agents.answer(otobo, ticket, "Hello.")
    first.look()
    first.rounds.stop()
    second = Watching()
    second.look()
    assert steps() == [REPLY]


def test_one_watches_at_a_time_and_a_dead_one_is_replaced(otobo: Otobo, beside: Rest) -> None:
    first, second = Watching(), Rounds()
    ticket = mails.new_ticket(otobo)
    assert second.work() is False
    assert steps() == []
    WatcherPosition.objects.update(lease_until=timezone.now() - lease.DURATION)
    second.work()
    assert steps(ticket.number) == [NEW]
    agents.answer(otobo, ticket, "Hello.")
    with pytest.raises(LeaseLost):
        first.look()
    second.work()
    assert steps(ticket.number) == [NEW, REPLY]


def test_an_old_backup_is_noticed_and_what_comes_after_it_is_news(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    kept = mails.new_ticket(otobo)
    watching.look()
    backup = faults.Backup.take(otobo)
    lost = mails.new_ticket(otobo, articles.mail("Carl <carl@customer.example>"))
    agents.answer(otobo, kept, "Lost.")
    watching.look()
    backup.restore(otobo)
    watching.look()
    # The same ids, some even for the same kind of step.
    again = mails.new_ticket(otobo, articles.mail("Bob <bob@customer.example>"))
    watching.look()
    assert again.number == lost.number
    assert steps(again.number) == [NEW, NEW]
    assert steps(kept.number) == [NEW, REPLY]


def test_an_old_backup_is_noticed_by_who_was_away_meanwhile(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    mails.new_ticket(otobo)
    backup = faults.Backup.take(otobo)
    for _ in range(3):
        mails.new_ticket(otobo)
    watching.look()
    watching.rounds.stop()
    backup.restore(otobo)
    later(otobo)
    numbers = {mails.new_ticket(otobo).number for _ in range(6)}
    Watching().look()
    told = MirrorEntry.objects.filter(history_id__isnull=False, ticket_number__in=numbers)
    assert {entry.ticket_number for entry in told} == numbers


def test_who_took_part_in_a_ticket_that_is_lost_does_not_in_the_one_that_gets_its_number(
    otobo: Otobo, beside: Rest
) -> None:
    watching = Watching()
    backup = faults.Backup.take(otobo)
    found = tickets.find(mails.new_ticket(otobo).number)
    assert found
    participants.add(found, "bob@customer.example")
    watching.look()
    backup.restore(otobo)
    watching.look()
    later(otobo)
    again = mails.new_ticket(otobo)
    assert again.number == found.ticket.number
    assert participants.readers([again.number]) == {again.number: ("ann@customer.example",)}
    assert not Participant.objects.exists()


def test_who_waited_on_a_ticket_that_is_lost_is_not_let_in_by_an_answer_on_the_one_that_gets_its_number(
    otobo: Otobo, beside: Rest
) -> None:
    watching = Watching()
    backup = faults.Backup.take(otobo)
    lost = mails.new_ticket(otobo)
    carl = CustomerUser("carl@x.example", "carl@x.example", "carl@x.example", "Carl", "Ray", backend="CustomerUser")
    pending.add(lost.number, carl, "the limits")
    watching.look()
    backup.restore(otobo)
    watching.look()
    assert mails.new_ticket(otobo).number == lost.number
    assert pending.find(lost.number) is None


def test_a_deleted_ticket_takes_nothing_else_along(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    ticket, other = mails.new_ticket(otobo), mails.new_ticket(otobo)
    watching.look()
    agents.delete(otobo, other)
    watching.look()
    agents.answer(otobo, ticket, "Hello.")
    watching.look()
    assert steps(ticket.number) == [NEW, REPLY]


def test_tickets_merged_twice_in_a_row_tell_each_message_once(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    one, two, three = (mails.new_ticket(otobo) for _ in range(3))
    watching.look()
    agents.merge(otobo, one, two)
    agents.merge(otobo, two, three)
    mails.follow_up(otobo, one)
    watching.look()
    kinds = MirrorEntry.objects.filter(type__in=[NEW, FOLLOW_UP]).values_list("type", "ticket_number")
    assert sorted(kinds) == sorted(
        [(NEW, one.number), (NEW, two.number), (NEW, three.number), (FOLLOW_UP, three.number)]
    )


def test_a_database_that_is_away_is_read_on_once_it_is_back(otobo: Otobo, beside: Rest, settings: Settings) -> None:
    watching = Watching()
    there = settings.OTALINK_OTOBO_DATABASE
    settings.OTALINK_OTOBO_DATABASE = {**there, "PORT": 1}
    ticket = mails.new_ticket(otobo)
    with pytest.raises(DeskUnavailable):
        watching.look()
    settings.OTALINK_OTOBO_DATABASE = there
    watching.look()
    assert steps(ticket.number) == [NEW]


def test_a_right_that_was_withdrawn_is_told_and_loses_nothing(otobo: Otobo, beside: Rest) -> None:
    watching = Watching()
    ticket = mails.new_ticket(otobo)
    rights.revoke(otobo.database, "article")
    with pytest.raises(DeskUnavailable, match="article"):
        watching.look()
    rights.grant_reading(otobo.database)
    watching.look()
    assert steps(ticket.number) == [NEW]


def test_ids_that_others_gave_out_before_are_not_given_out_again(otobo: Otobo, beside: Rest) -> None:
    from otalink.notifications.models import FeedPosition

    FeedPosition.objects.create(pk=1, entry_id=4711)
    watching = Watching()
    mails.new_ticket(otobo)
    watching.look()
    assert MirrorEntry.objects.get().pk == 4712


def test_a_long_past_is_no_work_at_the_first_start(otobo: Otobo, beside: Rest) -> None:
    faults.many_history_rows(otobo, mails.new_ticket(otobo), 20_000)
    watching = Watching()
    assert (steps(), Arrival.objects.count()) == ([], 0)
    assert position() == otobo.database.value("SELECT MAX(id) FROM ticket_history")
    assert watching.rounds.work() is False
