"""Quarantine in `/admin`: a mail is read without running it, and filed again once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from otalink.conf import urls
from otalink.minidesk.models import Article, Ticket
from otalink.postmaster import quarantine
from tests.postmaster.builders import mail
from tests.postmaster.conftest import in_quarantine
from tests.postmaster.filters.support import STUBBORN, fails_on_stubborn_mail

pytestmark = pytest.mark.django_db
assert urls.urlpatterns  # reading the addresses is what registers the pages
PAGES = "/admin/postmaster/journalentry/quarantine/"
EVIL = mail("<script>alert(1)</script>", "Content-Type: text/html", subject="<img src=x onerror=alert(1)>")


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


def _status(client: Client, where: str) -> int:
    response = client.get(where)
    response.getvalue()  # reads, and so closes, a streamed file
    return response.status_code


def test_the_list_shows_what_lies_there_and_why(operator: Client) -> None:
    assert "No mail lies in quarantine" in operator.get(PAGES).content.decode()
    item_id = in_quarantine(mail(subject="Printer"))
    page = operator.get(PAGES).content.decode()
    for shown in ("Printer", "Ann Lee", "why it lies here", "lmtp", f"{PAGES}{item_id}/"):
        assert shown in page, shown


def test_nothing_of_a_mail_is_run_on_any_page(operator: Client) -> None:
    item_id = in_quarantine(EVIL)
    for where in (PAGES, f"{PAGES}{item_id}/"):
        page = operator.get(where).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("page", "content_type", "disposition"),
    [("source", "text/plain; charset=utf-8", "inline"), ("download", "message/rfc822", "attachment")],
)
def test_the_source_is_whole_plain_and_can_do_nothing(
    operator: Client, page: str, content_type: str, disposition: str
) -> None:
    raw = EVIL + b"\0\xff" * 50_000
    item_id = in_quarantine(raw)
    response = operator.get(f"{PAGES}{item_id}/{page}/")
    assert response.getvalue() == raw
    assert response.headers["Content-Type"] == content_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith(disposition)
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "unsafe" not in policy


def test_a_replay_files_the_mail_and_takes_it_out(operator: Client) -> None:
    item_id = in_quarantine(mail(subject="Printer"))
    answer = operator.post(f"{PAGES}{item_id}/replay/", follow=True)
    assert "1 mail: new ticket" in answer.content.decode()
    assert Ticket.objects.get().title == "Printer"
    assert quarantine.items() == []
    assert operator.post(f"{PAGES}{item_id}/replay/").status_code == 404
    assert Ticket.objects.count() == 1


def test_a_mail_that_still_cannot_be_filed_stays_and_the_page_says_why(operator: Client) -> None:
    fails_on_stubborn_mail()
    item_id = in_quarantine(mail(subject=STUBBORN))
    answer = operator.post(f"{PAGES}{item_id}/replay/", follow=True).content.decode()
    assert "1 mail: quarantined" in answer
    assert "ZeroDivisionError: division by zero" in answer
    assert [item.id for item in quarantine.items()] == [item_id]


def test_replaying_all_files_in_the_order_of_arrival_and_twice_files_nothing_twice(operator: Client) -> None:
    for day in (3, 1, 2):
        in_quarantine(mail(subject=f"Day {day}"), day=day)
    lying = [(item.id, quarantine.read(item.id)) for item in quarantine.items()]
    answer = operator.post(f"{PAGES}replay-all/", follow=True)
    assert "3 mails: new ticket" in answer.content.decode()
    assert list(Ticket.objects.order_by("id").values_list("title", flat=True)) == ["Day 1", "Day 2", "Day 3"]
    for _, raw in lying:
        in_quarantine(raw)
    operator.post(f"{PAGES}replay-all/")
    assert (Article.objects.count(), quarantine.items()) == (3, [])


def test_deleting_takes_a_person_who_may_and_a_post(operator: Client) -> None:
    item_id = in_quarantine(mail())
    for page in ("replay", "delete"):
        assert operator.get(f"{PAGES}{item_id}/{page}/").status_code == 405
    assert operator.get(f"{PAGES}replay-all/").status_code == 405
    assert len(quarantine.items()) == 1
    operator.post(f"{PAGES}{item_id}/delete/")
    assert quarantine.items() == []


def test_reading_and_changing_are_permissions_of_their_own(client: Client) -> None:
    item_id = in_quarantine(mail())
    agent = User.objects.create_user("agent", is_staff=True)
    client.force_login(agent)
    pages = ("", f"{item_id}/", f"{item_id}/source/", f"{item_id}/download/")
    assert {_status(client, PAGES + page) for page in pages} == {403}
    agent.user_permissions.add(Permission.objects.get(codename="view_quarantine"))
    assert {_status(client, PAGES + page) for page in pages} == {200}
    assert "Replay" not in client.get(PAGES).content.decode()
    for page in (f"{item_id}/replay/", f"{item_id}/delete/", "replay-all/"):
        assert client.post(PAGES + page).status_code == 403
    agent.user_permissions.add(Permission.objects.get(codename="change_quarantine"))
    assert client.post(f"{PAGES}{item_id}/replay/").status_code == 302


@pytest.mark.parametrize("item_id", ["0" * 24, "x", "etc-passwd"])
def test_an_id_that_is_not_there_is_not_found(operator: Client, item_id: str) -> None:
    for page in ("", "source/", "download/"):
        assert operator.get(f"{PAGES}{item_id}/{page}").status_code == 404
    assert operator.post(f"{PAGES}{item_id}/delete/").status_code == 404


def test_a_long_quarantine_has_pages(operator: Client) -> None:
    for number in range(51):
        in_quarantine(mail(subject=f"Mail {number}"), day=1 + number // 2)
    assert "Page 1 of 2" in operator.get(PAGES).content.decode()
    assert "Mail 50" in operator.get(PAGES, {"page": "2"}).content.decode()
