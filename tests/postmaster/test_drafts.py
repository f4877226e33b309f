"""What the desk is told about a mail: queue, title and files."""

from __future__ import annotations

import pytest

from otalink.minidesk.models import ArticleAttachment, Queue, Ticket
from otalink.postmaster.intake import Delivery, run
from tests.postmaster.builders import mail, multipart, part

pytestmark = pytest.mark.django_db


def test_the_queue_is_the_one_whose_address_the_envelope_or_the_headers_name() -> None:
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    by_envelope = run(mail(), Delivery("ann@customer.example", ("Sales@desk.example",)))
    by_header = run(mail("Hello", "Resent-To: Sales <SALES@desk.example>"))
    neither = run(mail())
    queues = [Ticket.objects.get(number=result.ticket).queue.name for result in (by_envelope, by_header, neither)]
    assert queues == ["Sales", "Sales", "Support"]


def test_attachments_lie_with_the_article() -> None:
    run(multipart("mixed", part(b"see file"), part(b"GIF89a", "image/gif; name=a.gif")))
    assert ArticleAttachment.objects.get().filename == "a.gif"


@pytest.mark.parametrize(("language", "title"), [("en", "(no subject)"), ("de", "(kein Betreff)")])
def test_a_mail_without_subject_gets_a_title_that_says_so(language: str, title: str) -> None:
    run(mail("Hello", f"Content-Language: {language}", subject=None))
    assert Ticket.objects.get().title == title
