"""What a restored backup of OTOBO has lost is filed again; what agents deleted is not."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from pytest_django import Settings

from otalink.desk.current import get_desk
from otalink.otobo.models import QueuedReply, ReplyState
from otalink.otobo.replies import kept_files, restored
from tests.otobo.fake import faults, mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.replies.test_queue import FILE
from tests.otobo.support import customer_articles, file_all, shown, write


def test_a_reply_lost_with_a_restored_backup_is_filed_again_with_its_files(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "before")
    file_all()
    backup = faults.Backup.take(otobo)
    write(ticket, "after", files=(FILE,))
    file_all()
    backup.restore(otobo)
    assert restored.queue_lost() == 1
    file_all()
    assert customer_articles(otobo, ticket) == ["before", "after"]
    assert restored.queue_lost() == 0


def test_it_is_noticed_though_otobo_has_written_on_since(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    backup = faults.Backup.take(otobo)
    write(ticket)
    file_all()
    backup.restore(otobo)
    for _ in range(5):
        mails.new_ticket(otobo)
    assert restored.queue_lost() == 1
    file_all()
    assert customer_articles(otobo, ticket) == ["It is."]


def test_a_reply_lost_with_its_ticket_is_kept_and_goes_to_no_other(otobo: Otobo, beside: Rest) -> None:
    backup = faults.Backup.take(otobo)
    write(mails.new_ticket(otobo))
    file_all()
    backup.restore(otobo)
    assert restored.queue_lost() == 0
    assert QueuedReply.objects.get().state == ReplyState.GONE


def test_an_article_that_was_deleted_stays_deleted(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    file_all()
    otobo.database.run("DELETE FROM ticket_history WHERE id = %s", QueuedReply.objects.get().filed_history_id)
    otobo.history("Misc", ticket.id, "%%")
    assert restored.queue_lost() == 0


def test_replies_and_their_files_are_forgotten_after_two_weeks(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, files=(FILE,))
    write(ticket, "waits")
    file_all()
    QueuedReply.objects.filter(text="waits").update(state=ReplyState.WAITING)
    QueuedReply.objects.update(filed=timezone.now() - restored.KEPT - timedelta(hours=1))
    marker = QueuedReply.objects.get(text="It is.").marker
    assert restored.purge() == 1
    assert [reply.text for reply in QueuedReply.objects.all()] == ["waits"]
    try:
        kept_files.open_kept(marker, 0)
    except FileNotFoundError:
        return
    raise AssertionError("the file is still there")


def test_whoever_gets_the_number_of_a_lost_ticket_reads_none_of_its_replies(otobo: Otobo, beside: Rest) -> None:
    backup = faults.Backup.take(otobo)
    lost = mails.new_ticket(otobo)
    article = write(lost, "Secret.", files=(FILE,))
    backup.restore(otobo)
    moment = otobo.clock() + timedelta(seconds=5)
    otobo.clock = lambda: moment
    bobs = mails.open_ticket(otobo, "Coffee", "Raw", "bob@customer.example")
    otobo.run("UPDATE ticket SET tn = %s WHERE id = %s", lost.number, bobs.id)
    assert bobs.id == lost.id, "as OTOBO does it"
    assert shown(lost) == []
    assert get_desk().read_attachment(lost.number, article.attachments[0].id) is None


def test_a_changed_time_zone_makes_no_other_ticket_of_one(otobo: Otobo, beside: Rest, settings: Settings) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket)
    settings.OTALINK_OTOBO_TIME_ZONE = ZoneInfo("Europe/Berlin")
    assert shown(ticket)[-1] == "It is."
    file_all()
    assert customer_articles(otobo, ticket) == ["It is."]
