"""The fake writes what was recorded on a real OTOBO, in the same order, statement by statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.otobo.fake import agents, articles, faults, mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.database import Database, refusals


def history(otobo: Otobo, ticket_id: int) -> list[tuple[str, str, bool]]:
    """Type, name with digits made equal, and whether there is an article."""
    rows = otobo.database.rows(
        "SELECT ht.name, h.name, h.article_id FROM ticket_history h JOIN ticket_history_type ht"
        " ON ht.id = h.history_type_id WHERE h.ticket_id = %s ORDER BY h.id",
        ticket_id,
    )
    return [(kind, re.sub(r"\d+", "N", name), article is not None) for kind, name, article in rows]


def test_a_new_ticket_by_mail_is_written_in_the_recorded_order(otobo: Otobo) -> None:
    steps: list[str] = []
    otobo.before = steps.append
    ticket = mails.new_ticket(otobo, articles.mail("E Zwei <e2e@cust.example>", html="<p>x</p>"), "Postmaster")
    assert history(otobo, ticket.id) == [
        ("NewTicket", "%%N%%Postmaster%%N normal%%new%%N", False),
        ("CustomerUpdate", "%%CustomerID=eNe@cust.example;CustomerUser=eNe@cust.example;", False),
        ("EmailCustomer", "%%", True),
        ("SendAutoReply", "%%E Zwei <eNe@cust.example>", True),
        ("SendCustomerNotification", "%%eNe@cust.example", True),
    ]
    mailed = [
        *("INSERT article", "INSERT article_data_mime", "INSERT article_data_mime_attachment"),
        *("UPDATE article_data_mime", "INSERT ticket_history", "INSERT mail_queue"),
    ]
    assert steps[1:] == [
        *("INSERT ticket", "INSERT ticket_history", "UPDATE ticket", "UPDATE ticket", "INSERT ticket_history"),
        *("INSERT article", "INSERT article_data_mime", "INSERT article_data_mime_attachment"),
        *("INSERT article_data_mime_attachment", "UPDATE article_data_mime", "INSERT ticket_history"),
        *mailed,  # the queue's answer
        "INSERT article_data_mime_plain",
        *mailed,  # the notification, which is an event's: its turn comes when all else is done
    ]


def test_a_follow_up_opens_a_closed_ticket_before_its_article_is_there(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    agents.close(otobo, ticket)
    mails.follow_up(otobo, ticket)
    assert [kind for kind, _, _ in history(otobo, ticket.id)][-4:] == [
        *("StateUpdate", "FollowUp", "SendAutoFollowUp", "SendAgentNotification"),
    ]
    assert otobo.ticket(ticket.id)["state"] == "open"


def test_a_merge_moves_articles_with_their_history_and_mail_follows(otobo: Otobo) -> None:
    main, merged = mails.new_ticket(otobo), mails.new_ticket(otobo)
    agents.merge(otobo, merged, main)
    assert [kind for kind, _, _ in history(otobo, merged.id)] == [
        *("NewTicket", "CustomerUpdate", "AddNote", "Merged", "TicketLinkAdd", "StateUpdate"),
    ]
    assert [kind for kind, _, article in history(otobo, main.id) if article].count("EmailCustomer") == 2
    assert mails.follow_up(otobo, merged).id == main.id


def test_agents_answer_note_move_wait_and_set_fields(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    agents.answer(otobo, ticket, "Try again", cc="Colleague <colleague@cust.example>")
    agents.note(otobo, ticket, "hm")
    agents.move(otobo, ticket, "Misc")
    agents.set_pending(otobo, ticket, otobo.clock())
    agents.set_field(otobo, ticket, "OTAMailSent", "1")
    mails.set_customer(otobo, ticket.id, "bob", "ACME")
    assert history(otobo, ticket.id)[5:] == [
        ("SendAnswer", "%%ann@customer.example, Colleague <colleague@cust.example>", True),
        ("AddNote", "%%", True),
        ("SendAgentNotification", "%%Ticket new note notification%%anna%%Email", False),
        ("Move", "%%Misc%%N%%Raw%%N", False),
        ("SetPendingTime", "%%N-N-N N:N", False),
        ("StateUpdate", "%%new%%pending reminder%%", False),
        ("TicketDynamicFieldUpdate", "%%FieldName%%OTAMailSent%%Value%%N%%OldValue%%", False),
        ("CustomerUpdate", "%%CustomerID=ACME;CustomerUser=bob;", False),
    ]


def test_a_deleted_ticket_leaves_nothing(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    agents.delete(otobo, ticket)
    for table in ("ticket", "article", "ticket_history", "article_data_mime", "article_data_mime_plain"):
        assert otobo.database.value(f"SELECT COUNT(*) FROM {table}") == 0


def test_a_locked_ticket_brings_a_lower_id_after_a_higher_one(otobo: Otobo) -> None:
    late, other = mails.new_ticket(otobo), mails.new_ticket(otobo)
    slow = otobo.another()
    newest = "SELECT MAX(id) FROM ticket_history"
    late_row = "SELECT id FROM ticket_history WHERE name = %s"
    with faults.late(otobo, late, lambda: slow.history("Misc", late.id, "%%late")):
        higher = otobo.history("Misc", other.id, "%%")
        assert otobo.database.value(newest) == higher
        assert otobo.database.rows(late_row, "%%late") == []
    assert otobo.database.value(late_row, "%%late") == higher - 1
    slow.database.close()


def test_a_failed_insert_leaves_a_gap(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    first = otobo.history("Misc", ticket.id, "%%")
    faults.leave_gap(otobo)
    assert otobo.history("Misc", ticket.id, "%%") == first + 2


def test_a_process_that_dies_leaves_what_it_had_written(otobo: Otobo) -> None:
    assert faults.dies(otobo, 3, lambda: mails.new_ticket(otobo))
    assert otobo.database.rows("SELECT customer_user_id FROM ticket") == [(None,)]
    assert otobo.database.value("SELECT COUNT(*) FROM ticket_history") == 1


def test_an_old_backup_takes_the_ids_back(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    backup = faults.Backup.take(otobo)
    first = otobo.history("Misc", ticket.id, "%%")
    backup.restore(otobo)
    assert otobo.history("Misc", ticket.id, "%%") == first


def test_bytes_are_base64_text_on_postgresql_and_times_are_whole_seconds(otobo: Otobo) -> None:
    raw = articles.mail()
    mails.new_ticket(otobo, raw)
    stored = otobo.database.value("SELECT body FROM article_data_mime_plain")
    assert isinstance(stored, bytes if otobo.database.is_mariadb else str)
    assert otobo.database.read(stored) == raw
    assert otobo.database.value("SELECT create_time FROM ticket").microsecond == 0


def test_files_on_disk_stand_beside_what_describes_them(otobo: Otobo, tmp_path: Path) -> None:
    otobo.folder = tmp_path
    file = articles.File("my plan.pdf", "application/pdf", b"%PDF", disposition="attachment")
    ticket = mails.new_ticket(otobo, articles.mail(files=[file], html="<p>x</p>"))
    folder = tmp_path / otobo.now().strftime("%Y/%m/%d") / str(ticket.article)
    assert (folder / "my_plan.pdf").read_bytes() == b"%PDF"
    assert (folder / "my_plan.pdf.content_type").read_text() == "application/pdf"
    assert (folder / "file-2.disposition").read_text() == "inline"
    assert (folder / "plain.txt").exists()
    assert otobo.database.value("SELECT COUNT(*) FROM article_data_mime_attachment") == 0


def test_the_reader_reads_and_no_more(otobo: Otobo, reader_url: str) -> None:
    mails.new_ticket(otobo)
    reader = Database(reader_url)
    assert reader.value("SELECT COUNT(*) FROM ticket") == 1
    for statement in ("SELECT pw FROM customer_user", "SELECT * FROM mail_queue", "UPDATE ticket SET title = 'x'"):
        with pytest.raises(refusals(reader)):
            reader.run(statement)
    reader.close()
