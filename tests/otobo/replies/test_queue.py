"""Taking a reply: kept durably, shown at once, refused where the queue takes none."""

from __future__ import annotations

import pytest
from django.test import Client

from otalink.desk.current import get_desk
from otalink.desk.port import RepliesRefused, TicketNotFound
from otalink.desk.types import AfterClose, Attachment
from otalink.otobo import shown_articles
from otalink.otobo.models import QueuedReply
from otalink.otobo.reading import tickets
from otalink.otobo.replies import queue
from otalink.portal.models import CustomerSession
from otalink.tokens.issue import issue, mark_delivered
from tests.otobo.fake import agents, mails
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.support import customer_articles, file_all, shown, write
from tests.portal.forms import form_of, send
from tests.support import make

FILE = Attachment("my plan.pdf", "application/pdf", b"%PDF-1.7 plan")


def test_a_reply_is_on_the_page_at_once_and_there_once_when_otobo_has_it(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "It is.")
    assert customer_articles(otobo, ticket) == []
    assert shown(ticket)[1:] == ["It is."]
    file_all()
    assert customer_articles(otobo, ticket) == ["It is."]
    assert shown(ticket)[1:] == ["It is."]


@pytest.mark.parametrize("before_articles_are_read", [True, False])
def test_a_reply_that_is_filed_while_its_page_is_made_is_there_once(
    otobo: Otobo, beside: Rest, before_articles_are_read: bool
) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "It is.")
    path = tickets.path(ticket.number)
    waiting = queue.waiting(path)
    if before_articles_are_read:
        file_all()
    there = shown_articles.of(path[-1])
    file_all()
    page = [*there, *queue.shown(waiting, there)]
    assert [article.text for article in page].count("It is.") == 1


def test_the_files_of_a_reply_can_be_read_before_and_after_it_is_filed(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, files=(FILE,))
    for _ in range(2):
        (reply,) = [article for article in get_desk().visible_articles(ticket.number) if article.text == "It is."]
        (file,) = reply.attachments
        found = get_desk().read_attachment(ticket.number, file.id)
        assert found
        with found[1] as content:
            assert (file.filename, found[0].size, content.read()) == ("my plan.pdf", 13, b"%PDF-1.7 plan")
        file_all()
    assert len(beside.asked("TicketUpdate")) == 1


def test_the_file_of_a_reply_is_on_no_other_ticket(otobo: Otobo, beside: Rest) -> None:
    ticket, other = mails.new_ticket(otobo), mails.new_ticket(otobo)
    (file,) = write(ticket, files=(FILE,)).attachments
    assert get_desk().read_attachment(other.number, file.id) is None


def test_a_form_sent_twice_is_one_reply_before_and_after_it_is_filed(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, form="reply-1@desk.example")
    write(ticket, form="reply-1@desk.example")
    file_all()
    write(ticket, form="reply-1@desk.example")
    file_all()
    assert customer_articles(otobo, ticket) == ["It is."]


def test_a_reply_of_files_alone_is_filed_with_their_names_as_text(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo)
    write(ticket, "", files=(FILE,))
    file_all()
    assert customer_articles(otobo, ticket) == ["my plan.pdf"]


def test_a_closed_ticket_of_a_queue_that_rejects_takes_no_reply(otobo: Otobo, beside: Rest) -> None:
    ticket = mails.new_ticket(otobo, queue="Junk")
    write(ticket, "in time")
    agents.close(otobo, ticket)
    with pytest.raises(RepliesRefused):
        write(ticket, "too late")
    assert [reply.text for reply in QueuedReply.objects.all()] == ["in time"]
    found = get_desk().find_ticket(ticket.number)
    assert found
    assert found.after_close is AfterClose.REFUSED


def test_a_reply_on_a_ticket_that_is_not_there_is_refused(beside: Rest) -> None:
    with pytest.raises(TicketNotFound):
        write(Filed(999, "999"))


def test_the_page_says_that_a_reply_arrived_and_shows_it_while_otobo_is_away(
    otobo: Otobo, beside: Rest, client: Client
) -> None:
    ticket = mails.new_ticket(otobo)
    _sign_in(client, ticket)
    beside.faults.page = 503
    response = send(client, ticket.number, "See you.")
    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert "Your reply has arrived" in page
    assert "See you." in page


def test_the_page_of_a_queue_that_rejects_says_so_and_keeps_the_text(
    otobo: Otobo, beside: Rest, client: Client
) -> None:
    ticket = mails.new_ticket(otobo, queue="Junk")
    _sign_in(client, ticket)
    agents.close(otobo, ticket)
    page = client.get(f"/tickets/{ticket.number}").content.decode()
    assert "takes no more replies" in page
    form = form_of(client, ticket.number)
    response = client.post(f"/tickets/{ticket.number}", {"form": form, "text": "Keep me"})
    assert response.status_code == 409
    assert "Keep me</textarea>" in response.content.decode()


def test_a_waiting_reply_does_not_hide_that_the_answer_before_it_was_read(
    otobo: Otobo, beside: Rest, client: Client
) -> None:
    ticket = mails.new_ticket(otobo)
    agents.answer(otobo, ticket, "We come.")
    _sign_in(client, ticket)
    newest = max(article.id for article in get_desk().visible_articles(ticket.number))
    write(ticket)
    assert client.get(f"/tickets/{ticket.number}").status_code == 200
    assert CustomerSession.objects.get().seen == {ticket.number: newest}


def _sign_in(client: Client, ticket: Filed) -> None:
    make.customer()
    issued = issue(ticket.number, make.ANN)
    mark_delivered(issued.id)
    assert client.post("/l/" + issued.url.rpartition("/")[2]).status_code == 303
