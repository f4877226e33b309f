"""Each reply is in OTOBO once, whatever happens on its way there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otalink.desk.types import Attachment
from otalink.otobo.models import QueuedReply, ReplyState
from otalink.otobo.replies import lease
from otalink.otobo.rest import client
from tests.otobo.fake import agents, faults, mails
from tests.otobo.fake.articles import Draft, store
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.support import after_an_accident, customer_articles, file_all, later, shown, told, write

FILES = (Attachment("one.txt", "text/plain", b"one"), Attachment("other.pdf", "application/pdf", b"%PDF other"))


def state_of_the_reply() -> str:
    return QueuedReply.objects.get().state


def test_a_reply_is_filed_as_a_follow_up_of_which_agents_are_told(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "Grüße 🖨", files=FILES)
    file_all()
    reply = QueuedReply.objects.get()
    kind, name, article = otobo.database.row(
        "SELECT ht.name, h.name, h.article_id FROM ticket_history h JOIN ticket_history_type ht"
        " ON ht.id = h.history_type_id WHERE h.id = %s",
        reply.filed_history_id,
    )
    assert (reply.state, kind, name) == (ReplyState.FILED, "FollowUp", f"%%otalink {reply.marker}")
    assert article == reply.filed_article_id
    row = otobo.database.row("SELECT a_from, a_to, a_body FROM article_data_mime WHERE article_id = %s", article)
    assert row == ("Ann Lee <ann@customer.example>", "otobo@localhost", "Grüße 🖨")
    files = otobo.database.rows(
        "SELECT filename, content FROM article_data_mime_attachment WHERE article_id = %s ORDER BY id", article
    )
    assert [(name, otobo.database.read(content)) for name, content in files] == [
        ("one.txt", b"one"),
        ("other.pdf", b"%PDF other"),
    ]
    assert told(otobo, ticket) == 1


@pytest.mark.parametrize("state", ["closed successful", "pending reminder"])
def test_a_reply_opens_its_ticket(otobo: Otobo, beside: Rest, state: str) -> None:
    ticket = mails.new_ticket(otobo)
    agents.close(otobo, ticket, state)
    write(ticket)
    file_all()
    assert otobo.ticket(ticket.id)["state"] == "open"


def test_a_reply_leaves_a_new_ticket_new(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    file_all()
    assert otobo.ticket(ticket.id)["state"] == "new"


def test_a_queue_that_wants_new_tickets_gets_one_and_the_old_page_shows_the_reply(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo, queue="Misc")
    agents.close(otobo, ticket)
    write(ticket, "And now this.")
    assert shown(ticket)[1:] == ["And now this."]
    file_all()
    reply = QueuedReply.objects.get()
    new = otobo.ticket(reply.filed_ticket_id or 0)
    assert (new["queue"], new["customer_user"], new["state"]) == ("Misc", "ann@customer.example", "new")
    assert reply.filed_ticket_number == new["number"] != ticket.number
    assert otobo.ticket(ticket.id)["state_type"] == "closed"
    assert customer_articles(otobo, ticket) == []
    assert shown(ticket)[1:] == ["And now this."]


def test_a_ticket_that_began_to_reject_after_the_reply_was_taken_gets_it_and_stays_closed(
    otobo: Otobo, beside: Rest
) -> None:
    ticket = mails.new_ticket(otobo, queue="Junk")
    write(ticket)
    agents.close(otobo, ticket)
    file_all()
    assert customer_articles(otobo, ticket) == ["It is."]
    assert otobo.ticket(ticket.id)["state_type"] == "closed"


def test_an_answer_that_never_came_files_nothing_twice(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, files=FILES)
    beside.faults.silent = 1
    file_all()
    assert state_of_the_reply() == ReplyState.WAITING
    assert shown(ticket)[1:] == ["It is."]
    later()
    assert state_of_the_reply() == ReplyState.FILED
    assert customer_articles(otobo, ticket) == ["It is."]
    assert len(beside.asked("TicketUpdate")) == 1


def test_a_marker_is_found_without_the_percent_signs_too(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    beside.faults.silent = 1
    file_all()
    otobo.database.run("UPDATE ticket_history SET name = SUBSTR(name, 3) WHERE name LIKE %s", "%%otalink%")
    later()
    assert state_of_the_reply() == ReplyState.FILED
    assert len(beside.asked("TicketUpdate")) == 1


def test_an_otobo_slower_than_we_wait_files_nothing_twice(
    otobo: Otobo, beside: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_TO_ANSWER", 0.3)
    ticket = mails.new_ticket(otobo)
    write(ticket)
    beside.faults.seconds_after = 1.0
    file_all()
    beside.faults.seconds_after = 0.0
    after_an_accident()
    assert customer_articles(otobo, ticket) == ["It is."]
    assert state_of_the_reply() == ReplyState.FILED


def test_nothing_is_tried_again_before_otobo_answers_and_had_time(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    beside.faults.dies_after, beside.faults.dies = 0, 1
    file_all()
    later(timedelta(0))
    later(timedelta(seconds=20))
    assert len(beside.asked("TicketUpdate")) == 1
    later()
    assert customer_articles(otobo, ticket) == ["It is."]
    assert state_of_the_reply() == ReplyState.FILED


# Statements of a reply on a closed ticket: state, history, article, headers and text, two files, history.
@pytest.mark.parametrize("statements", range(13))
def test_a_worker_that_dies_between_two_statements_leaves_one_reply_that_is_whole(
    otobo: Otobo, beside: Rest, statements: int
) -> None:
    ticket = mails.new_ticket(otobo)
    agents.close(otobo, ticket)
    write(ticket, "It is.", files=FILES)
    beside.faults.dies_after, beside.faults.dies = statements, 1
    file_all()
    after_an_accident()
    after_an_accident()
    assert state_of_the_reply() == ReplyState.FILED
    assert customer_articles(otobo, ticket).count("It is.") == 1
    assert shown(ticket).count("It is.") == 1
    stored = otobo.database.rows(
        "SELECT f.filename FROM article_data_mime_attachment f JOIN article a ON a.id = f.article_id"
        " WHERE a.ticket_id = %s AND f.filename IN ('one.txt', 'other.pdf') ORDER BY f.filename",
        ticket.id,
    )
    assert stored == [("one.txt",), ("other.pdf",)]
    assert otobo.ticket(ticket.id)["state"] == "open"


# Statements of a reply: article, headers and text, two files, history; of what completes it, alike.
@pytest.mark.parametrize("statements", [*range(6), None])
@pytest.mark.parametrize("before", [2, 3, 4])
def test_a_reply_is_completed_once_though_otobo_ends_while_it_completes_it(
    otobo: Otobo, beside: Rest, before: int, statements: int | None
) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "It is.", files=FILES)
    beside.faults.dies_after, beside.faults.dies = before, 1
    file_all()
    later()  # asks whether it answers again
    if statements is None:
        beside.faults.silent = 1
    else:
        beside.faults.dies_after, beside.faults.dies = statements, 1
    for _ in range(3):
        after_an_accident()
    assert state_of_the_reply() == ReplyState.FILED
    assert customer_articles(otobo, ticket).count("It is.") == 1
    stored = otobo.database.rows(
        "SELECT f.filename FROM article_data_mime_attachment f JOIN article a ON a.id = f.article_id"
        " WHERE a.ticket_id = %s AND f.filename IN ('one.txt', 'other.pdf') ORDER BY f.filename",
        ticket.id,
    )
    assert stored == [("one.txt",), ("other.pdf",)]
    assert otobo.database.value("SELECT COUNT(*) FROM ticket_history WHERE name LIKE %s", "%otalink %") == 1


def test_what_somebody_else_wrote_word_for_word_is_not_taken_for_the_reply(otobo: Otobo, beside: Rest) -> None:
    ticket, bobs = mails.new_ticket(otobo), mails.open_ticket(otobo, "Printer", "Raw", "bob@customer.example")
    write(ticket, "It is.")
    beside.faults.dies_after, beside.faults.dies = 0, 1
    file_all()
    store(otobo, bobs.id, Draft("customer", "Internal", "Re: Printer", "It is.", "bob@customer.example", "x@localhost"))
    after_an_accident()
    after_an_accident()
    assert customer_articles(otobo, ticket).count("It is.") == 1
    assert customer_articles(otobo, bobs).count("It is.") == 1


def test_a_new_ticket_that_got_no_article_gets_it(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo, queue="Misc")
    agents.close(otobo, ticket)
    write(ticket, "And now this.")
    beside.faults.dies_after, beside.faults.dies = 6, 1
    file_all()
    after_an_accident()
    assert otobo.database.value("SELECT COUNT(*) FROM ticket") == 2
    new = QueuedReply.objects.get().filed_ticket_id
    assert otobo.database.value("SELECT COUNT(*) FROM article WHERE ticket_id = %s", new) > 0


@pytest.mark.parametrize("what", ["password", "right", "web server"])
def test_a_refused_reply_waits_until_it_is_mended_and_is_filed_once(otobo: Otobo, beside: Rest, what: str) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    if what == "password":
        beside.agent.password = "another"
    elif what == "right":
        beside.agent.rights["Raw"] = frozenset({"ro"})
    else:
        beside.faults.page = 403
    file_all()
    reply = QueuedReply.objects.get()
    assert (reply.state, reply.attempts, reply.tried_since) == (ReplyState.WAITING, 1, None)
    assert reply.last_error
    beside.agent.password, beside.faults.page = "Api-Pass-1", 0
    beside.agent.rights.clear()
    later()
    assert customer_articles(otobo, ticket) == ["It is."]


def test_replies_of_a_ticket_are_filed_in_the_order_they_were_written(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "first")
    beside.faults.page = 503
    file_all()
    beside.faults.page = 0
    write(ticket, "second")
    file_all()
    assert customer_articles(otobo, ticket) == []
    after_an_accident()
    assert customer_articles(otobo, ticket) == ["first", "second"]


def test_a_reply_follows_its_ticket_through_two_merges(otobo: Otobo, beside: Rest) -> None:
    ticket, main, last = (mails.new_ticket(otobo) for _ in range(3))
    write(ticket)
    agents.merge(otobo, ticket, main)
    agents.merge(otobo, main, last)
    file_all()
    assert "It is." in customer_articles(otobo, last)
    assert shown(ticket).count("It is.") == 1


def test_a_reply_is_found_though_its_ticket_was_merged_before_the_answer_came(otobo: Otobo, beside: Rest) -> None:
    ticket, main = mails.new_ticket(otobo), mails.new_ticket(otobo)
    write(ticket)
    beside.faults.silent = 1
    file_all()
    agents.merge(otobo, ticket, main)
    later()
    assert state_of_the_reply() == ReplyState.FILED
    assert len(beside.asked("TicketUpdate")) == 1
    assert shown(ticket).count("It is.") == 1


def test_a_reply_whose_ticket_was_deleted_is_kept_and_tried_no_more(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    agents.delete(otobo, ticket)
    file_all()
    assert state_of_the_reply() == ReplyState.GONE
    assert beside.requests == []


def test_a_reply_is_not_filed_on_another_ticket_that_got_the_same_number(otobo: Otobo, beside: Rest) -> None:
    backup = faults.Backup.take(otobo)
    write(mails.new_ticket(otobo))
    backup.restore(otobo)
    otobo.clock = lambda: timezone.now() + timedelta(seconds=5)
    other = mails.new_ticket(otobo)
    file_all()
    assert state_of_the_reply() == ReplyState.GONE
    assert customer_articles(otobo, other) == []


def test_one_process_at_a_time_files_a_reply(otobo: Otobo, beside: Rest) -> None:
    write(mails.new_ticket(otobo))
    (reply_id,) = lease.due(10)
    mine = lease.take(reply_id, "one")
    assert mine
    assert lease.take(reply_id, "two") is None
    QueuedReply.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert lease.take(reply_id, "two")
    with pytest.raises(lease.LeaseLost):
        lease.update(mine, tried_since=timezone.now())
