"""What customers write in the portal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from otalink.desk.types import SenderType, Ticket
from otalink.minidesk import stored_files
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Article, History
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from tests.portal.conftest import NewLink
from tests.portal.forms import form_of, send
from tests.support import make
from tests.support.together import together


@pytest.mark.django_db
def test_a_reply_with_files_reaches_the_desk_and_the_customer_sees_it(signed_in: Client, ticket: Ticket) -> None:
    upload = SimpleUploadedFile("photo.png", b"\x89PNG", "image/png")
    response = send(signed_in, ticket.number, "It is.\r\nSee the photo.", attachments=upload)

    assert response.status_code == 303
    assert response["Location"] == f"/tickets/{ticket.number}?sent=1#latest"
    reply = MiniDesk().visible_articles(ticket.number)[-1]
    assert (reply.sender_type, reply.from_address, reply.from_name) == (SenderType.CUSTOMER, make.ANN, "Ann Lee")
    assert reply.text == "It is.\nSee the photo."
    assert [(file.filename, file.size) for file in reply.attachments] == [("photo.png", 4)]
    assert History.objects.filter(type="CustomerReply", notify=True).exists()
    page = signed_in.get(response["Location"]).content.decode()
    assert "Your reply has arrived" in page
    assert "See the photo." in page


@pytest.mark.django_db
def test_the_same_form_sent_again_is_still_one_reply(signed_in: Client, ticket: Ticket) -> None:
    form = {"form": form_of(signed_in, ticket.number), "text": "Only once."}
    for _ in range(3):
        assert signed_in.post(f"/tickets/{ticket.number}", form).status_code == 303
    assert Article.objects.filter(text="Only once.").count() == 1


@pytest.mark.django_db
def test_two_forms_are_two_replies_even_with_the_same_text(signed_in: Client, ticket: Ticket) -> None:
    send(signed_in, ticket.number, "Hello?")
    send(signed_in, ticket.number, "Hello?")
    assert Article.objects.filter(text="Hello?").count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_many_times_at_once_is_one_reply(signed_in: Client, ticket: Ticket) -> None:
    form = {"form": form_of(signed_in, ticket.number), "text": "Impatient."}
    key = signed_in.cookies[sessions.COOKIE].value

    def press(_: int) -> int:
        browser = Client()
        browser.cookies[sessions.COOKIE] = key
        return browser.post(f"/tickets/{ticket.number}", form).status_code

    assert together(8, press) == [303] * 8
    assert Article.objects.filter(text="Impatient.").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "made-up", "made-up:signature"])
def test_a_made_up_form_is_refused_and_the_text_kept(signed_in: Client, ticket: Ticket, form: str) -> None:
    response = signed_in.post(f"/tickets/{ticket.number}", {"form": form, "text": "Keep me"})
    assert response.status_code == 400
    assert "no longer valid" in response.content.decode()
    assert "Keep me</textarea>" in response.content.decode()
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_the_form_of_one_ticket_is_not_taken_for_another(signed_in: Client, ticket: Ticket, new_link: NewLink) -> None:
    other = make.ticket()
    signed_in.post(new_link(other.number))
    form = form_of(signed_in, ticket.number)
    assert signed_in.post(f"/tickets/{other.number}", {"form": form, "text": "x"}).status_code == 400


@pytest.mark.django_db
def test_who_is_signed_in_no_more_keeps_the_text(signed_in: Client, ticket: Ticket) -> None:
    form = {"form": form_of(signed_in, ticket.number), "text": "A <long> & precious text"}
    CustomerSession.objects.all().delete()
    response = signed_in.post(f"/tickets/{ticket.number}", form)
    page = response.content.decode()
    assert response.status_code == 403
    assert "Your reply was not sent" in page
    assert "A &lt;long&gt; &amp; precious text</textarea>" in page
    assert f"/sign-in?ticket={ticket.number}" in page
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_a_reply_opens_a_closed_ticket_again_and_the_page_says_so(signed_in: Client, ticket: Ticket) -> None:
    make.close(ticket.number, timezone.now() - timedelta(days=1))
    assert "Your reply opens it again" in signed_in.get(f"/tickets/{ticket.number}").content.decode()
    send(signed_in, ticket.number)
    found = MiniDesk().find_ticket(ticket.number)
    assert found
    assert (found.state, found.closed) == ("open", None)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   \r\n ", "\0"])
def test_an_empty_reply_is_refused(signed_in: Client, ticket: Ticket, text: str) -> None:
    response = send(signed_in, ticket.number, text)
    assert response.status_code == 400
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_a_file_alone_is_a_reply(signed_in: Client, ticket: Ticket) -> None:
    assert send(signed_in, ticket.number, "", attachments=SimpleUploadedFile("a.txt", b"x")).status_code == 303


@pytest.mark.django_db
def test_a_full_disk_is_said_clearly_and_the_text_is_kept(
    signed_in: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_content: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files, "keep", full)
    response = send(signed_in, ticket.number, "Kept", attachments=SimpleUploadedFile("a.txt", b"x"))
    assert response.status_code == 503
    assert "could not store" in response.content.decode()
    assert "Kept</textarea>" in response.content.decode()
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_a_reply_from_another_site_is_refused(ticket: Ticket, new_link: NewLink) -> None:
    browser = Client(enforce_csrf_checks=True)
    link = new_link(ticket.number)
    browser.get(link)
    browser.post(link, {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    form = {"form": form_of(browser, ticket.number), "text": "x", "csrfmiddlewaretoken": "f" * 64}
    assert browser.post(f"/tickets/{ticket.number}", form).status_code == 403
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_odd_file_names_are_tamed(signed_in: Client, ticket: Ticket, tmp_path: Path) -> None:
    send(signed_in, ticket.number, attachments=SimpleUploadedFile("x\u202egnp.exe", b"x", "text/html"))
    assert MiniDesk().visible_articles(ticket.number)[-1].attachments[0].filename == "xgnp.exe"
