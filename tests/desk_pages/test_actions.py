"""What agents do to a ticket, and what is refused."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from otalink.desk.types import SenderType, Ticket
from otalink.minidesk import stored_files
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Article, History, Queue
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from tests.desk_pages.conftest import page_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse


pytestmark = pytest.mark.django_db


def reply(
    browser: Client, number: str, text: str = "Is it plugged in?", **fields: object
) -> _MonkeyPatchedWSGIResponse:
    found = re.search(r'name="form" value="(\w+)"', page_of(browser, number))
    assert found
    return browser.post(f"/desk/tickets/{number}/reply", {"form": found[1], "text": text, **fields})


def delivered(folder: Path, settings: Settings) -> list[str]:
    """The mails that go out now, written to a folder."""
    settings.OTALINK_MAIL_URL = (folder / "outgoing").as_uri()
    feed()
    for mail in OutboxMail.objects.all():
        deliver.func(mail.pk)
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("outgoing/*.eml")]
    return [str(message.get_body(("plain",))) for message in messages]


def test_an_agent_s_answer_reaches_the_customer_by_mail(
    agent: Client, ticket: Ticket, tmp_path: Path, settings: Settings
) -> None:
    response = reply(agent, ticket.number, attachments=SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf"))
    assert (response.status_code, response["Location"]) == (302, f"/desk/tickets/{ticket.number}#latest")
    answer = MiniDesk().visible_articles(ticket.number)[-1]
    assert (answer.sender_type, answer.from_name, answer.text) == (SenderType.AGENT, "Robin Agent", "Is it plugged in?")
    assert [file.filename for file in answer.attachments] == ["plan.pdf"]
    found = MiniDesk().find_ticket(ticket.number)
    assert found
    assert found.state == "open"
    assert any("Is it plugged in?" in mail for mail in delivered(tmp_path, settings))


def test_an_internal_note_stays_internal(agent: Client, ticket: Ticket, tmp_path: Path, settings: Settings) -> None:
    reply(agent, ticket.number, "He is always like this.", kind="note")
    assert len(MiniDesk().visible_articles(ticket.number)) == 1
    assert "always like this" in page_of(agent, ticket.number)
    mails = delivered(tmp_path, settings)
    assert len(mails) == 1, "the answer to the new ticket"
    assert "always like this" not in mails[0]


def test_the_same_answer_sent_again_is_still_one(agent: Client, ticket: Ticket) -> None:
    form = {"form": "a" * 32, "text": "Once."}
    for _ in range(3):
        agent.post(f"/desk/tickets/{ticket.number}/reply", form)
    assert Article.objects.filter(text="Once.").count() == 1


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": " \0 "}, {"form": "made up"}, {"attachments": b"x" * 26 * 1024 * 1024}]
)
def test_an_answer_that_cannot_be_taken_is_said_clearly(
    agent: Client, ticket: Ticket, fields: dict[str, object]
) -> None:
    if isinstance(big := fields.get("attachments"), bytes):
        fields = {"attachments": SimpleUploadedFile("big", big)}
    response = agent.post(f"/desk/tickets/{ticket.number}/reply", {"form": "a" * 32, "text": "Hi", **fields})
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert Article.objects.count() == 1


def test_a_full_disk_is_said_clearly_and_the_answer_kept(
    agent: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_content: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files, "keep", full)
    response = reply(agent, ticket.number, "Keep me", attachments=SimpleUploadedFile("a", b"x"))
    assert response.status_code == 400
    assert "Keep me</textarea>" in response.content.decode()
    assert Article.objects.count() == 1


def test_an_agent_closes_and_reopens_a_ticket(agent: Client, ticket: Ticket) -> None:
    for state, is_closed in (("closed successful", True), ("open", False)):
        agent.post(f"/desk/tickets/{ticket.number}/change", {"state": state})
        found = MiniDesk().find_ticket(ticket.number)
        assert found
        assert (found.state, found.closed is not None) == (state, is_closed)
    assert History.objects.filter(type="StateUpdate").count() == 2


def test_an_agent_moves_a_ticket_to_another_queue_and_only_changes_leave_a_trace(agent: Client, ticket: Ticket) -> None:
    queue = Queue.objects.create(name="Orders", email="orders@example.com", sender_name="Orders")
    for _ in range(2):
        agent.post(f"/desk/tickets/{ticket.number}/change", {"state": "new", "queue": str(queue.pk)})
    found = MiniDesk().find_ticket(ticket.number)
    assert found
    assert found.queue == "Orders"
    assert History.objects.get(type="Move").text == "Support -> Orders"
    assert not History.objects.filter(type="StateUpdate").exists()


def test_an_agent_says_how_urgent_a_ticket_is(agent: Client, ticket: Ticket) -> None:
    assert "5 very high" not in agent.get("/desk/").content.decode()
    agent.post(f"/desk/tickets/{ticket.number}/change", {"priority": "5 very high"})
    found = MiniDesk().find_ticket(ticket.number)
    assert found
    assert found.priority == "5 very high"
    assert History.objects.get(type="PriorityUpdate").text == "3 normal -> 5 very high"
    assert "5 very high" in agent.get("/desk/").content.decode()


NONSENSE = [{"state": "no such state"}, {"priority": "urgent"}, {"queue": "999"}, {"queue": "x"}, {"queue": "²"}, {}]


@pytest.mark.parametrize("fields", NONSENSE)
def test_nonsense_changes_nothing(agent: Client, ticket: Ticket, fields: dict[str, str]) -> None:
    assert agent.post(f"/desk/tickets/{ticket.number}/change", fields).status_code == 302
    assert MiniDesk().find_ticket(ticket.number) == ticket
    assert History.objects.count() == 1


def test_a_form_of_another_site_is_refused(ticket: Ticket) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_user("robin", is_staff=True))
    assert browser.post(f"/desk/tickets/{ticket.number}/change", {"state": "removed"}).status_code == 403
