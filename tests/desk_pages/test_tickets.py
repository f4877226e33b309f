"""The agents' pages of the embedded desk."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from otalink.desk.types import Attachment, SenderType, Ticket
from otalink.minidesk import changes, stored_files
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Article, DynamicField, History, Queue
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from tests.support import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Attachments of every test lie in a folder of its own."""


@pytest.fixture
def ticket(db: None) -> Ticket:
    make.customer()
    return make.ticket()


@pytest.fixture
def agent(client: Client, db: None) -> Client:
    """An agent's browser."""
    user = User.objects.create_user("robin", password=PASSWORD, is_staff=True, first_name="Robin", last_name="Agent")
    client.force_login(user)
    return client


def page_of(browser: Client, number: str) -> str:
    response = browser.get(f"/desk/tickets/{number}")
    assert response.status_code == 200
    return response.content.decode()


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


@pytest.mark.parametrize("page", ["", "tickets/{n}", "tickets/{n}/attachments/1"])
def test_only_agents_get_in(client: Client, ticket: Ticket, page: str) -> None:
    address = "/desk/" + page.format(n=ticket.number)
    response = client.get(address)
    assert response["Location"] == f"/desk/sign-in?next={quote(address, safe='')}"
    client.force_login(User.objects.create_user("no-agent", password=PASSWORD))
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("action", ["reply", "change"])
def test_only_agents_change_anything_and_never_by_get(client: Client, ticket: Ticket, action: str) -> None:
    address = f"/desk/tickets/{ticket.number}/{action}"
    fields = {"text": "x", "form": "a" * 32, "state": "closed successful"}
    assert client.post(address, fields)["Location"] == "/desk/sign-in"
    client.force_login(User.objects.create_user("robin", is_staff=True))
    assert client.get(address).status_code == 405
    assert Article.objects.count() == 1
    assert History.objects.count() == 1


def test_an_agent_signs_in_gets_to_the_page_asked_for_and_out_again(client: Client, ticket: Ticket) -> None:
    User.objects.create_user("robin", password=PASSWORD, is_staff=True)
    asked = client.get(f"/desk/tickets/{ticket.number}")["Location"]
    wrong = client.post(asked, {"username": "robin", "password": "wrong"})
    assert wrong.status_code == 403
    assert "do not fit together" in wrong.content.decode()
    response = client.post(asked, {"username": "robin", "password": PASSWORD})
    assert response["Location"] == f"/desk/tickets/{ticket.number}"
    assert client.get("/desk/sign-out").status_code == 405
    client.post("/desk/sign-out")
    assert client.get("/desk/").status_code == 302


def test_the_sign_in_page_leads_nowhere_else_and_lets_no_customer_in(client: Client, db: None) -> None:
    User.objects.create_user("robin", password=PASSWORD, is_staff=True)
    User.objects.create_user("no-agent", password=PASSWORD)
    away = "/desk/sign-in?next=https://evil.example/"
    assert client.post(away, {"username": "no-agent", "password": PASSWORD}).status_code == 403
    assert client.post(away, {"username": "robin", "password": PASSWORD})["Location"] == "/desk/"


def test_the_list_filters_by_state(agent: Client, ticket: Ticket) -> None:
    closed, pending = make.ticket(), make.ticket()
    make.close(closed.number)
    changes.set_state(changes.find(pending.number), "pending reminder")
    shown = {
        state: {
            n
            for n in (ticket.number, closed.number, pending.number)
            if n in agent.get(f"/desk/?state={state}").content.decode()
        }
        for state in ("open", "new", "pending", "closed", "all", "nonsense")
    }
    assert shown["open"] == shown["nonsense"] == {ticket.number, pending.number}
    assert shown["new"] == {ticket.number}
    assert shown["pending"] == {pending.number}
    assert shown["closed"] == {closed.number}
    assert len(shown["all"]) == 3


@pytest.mark.parametrize("words", ["{n}", "printer", "ANN@customer", "printer ann", "  "])
def test_the_list_is_searched_by_number_title_and_customer(agent: Client, ticket: Ticket, words: str) -> None:
    other = make.ticket("bob@customer.example", article=make.draft(subject="Coffee"))
    page = agent.get("/desk/", {"q": words.format(n=ticket.number)}).content.decode()
    assert ticket.number in page
    assert (other.number in page) == (not words.strip())


def test_odd_searches_find_nothing_and_break_nothing(agent: Client, ticket: Ticket) -> None:
    for words in ("%", "_", "'; DROP TABLE", "\0", "x" * 5_000, "🔑"):
        assert agent.get("/desk/", {"q": words, "page": "-7"}).status_code == 200


def test_the_list_has_pages(agent: Client, ticket: Ticket, django_assert_max_num_queries: object) -> None:
    for n in range(30):
        make.ticket(article=make.draft(subject=f"No. {n}"))
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        first = agent.get("/desk/?state=all&q=customer").content.decode()
    second = agent.get("/desk/?state=all&q=customer&page=2").content.decode()
    assert "Page 1 of 2" in first
    assert "?state=all&amp;q=customer&amp;page=2" in first
    assert ticket.number not in first
    assert ticket.number in second


def test_a_ticket_shows_all_its_articles_customer_fields_and_history(agent: Client, ticket: Ticket) -> None:
    DynamicField.objects.create(name="New", label="New customer", type="checkbox")
    changes.set_dynamic_field(changes.find(ticket.number), "New", "1")
    note = make.draft("Check the warranty <script>", sender_type=SenderType.AGENT, visible_for_customer=False)
    MiniDesk().add_agent_reply(ticket.number, note)
    page = page_of(agent, ticket.number)
    for text in (
        "The printer is on fire.",
        "internal",
        "&lt;script&gt;",
        "Ann Lee",
        make.ANN,
        "New customer",
        "NewTicket",
    ):
        assert text in page
    assert "<script>" not in page


def test_a_ticket_of_nobody_known_is_shown_too(agent: Client, db: None) -> None:
    unknown = make.ticket("stranger@nowhere.example")
    assert "is not a known customer user" in page_of(agent, unknown.number)
    assert agent.get("/desk/tickets/999").status_code == 404


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


def test_whoever_writes_under_the_name_of_another_is_told_apart_by_their_address(agent: Client, ticket: Ticket) -> None:
    draft = make.draft("Please send the password to me.", from_address="ann@evil.example", visible_for_customer=False)
    MiniDesk().add_follow_up(ticket.number, draft)
    page = page_of(agent, ticket.number)
    assert re.search(r"Ann Lee</strong> <small>ann@evil.example</small>", page)
    assert re.search(r"Ann Lee</strong> <small>ann@customer.example</small>", page)


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


def test_agents_download_the_files_of_any_article_safely(agent: Client, ticket: Ticket) -> None:
    note = make.draft(attachments=(Attachment("x.html", "text/html", b"<script>"),), visible_for_customer=False)
    MiniDesk().add_agent_reply(ticket.number, note)
    file = MiniDesk().all_articles(ticket.number)[-1].attachments[0]
    response = agent.get(f"/desk/tickets/{ticket.number}/attachments/{file.id}")
    assert b"".join(response.streaming_content) == b"<script>"  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="x.html"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert agent.get(f"/desk/tickets/{ticket.number}/attachments/999").status_code == 404


def test_a_form_of_another_site_is_refused(ticket: Ticket) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_user("robin", is_staff=True))
    assert browser.post(f"/desk/tickets/{ticket.number}/change", {"state": "removed"}).status_code == 403


@pytest.mark.filterwarnings("ignore:Overriding get_action_choices")  # the admin's theme does so
@pytest.mark.parametrize("model", ["queue", "ticket", "dynamicfield"])
def test_the_desk_s_records_are_in_the_admin(client: Client, ticket: Ticket, model: str) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    assert client.get(f"/admin/minidesk/{model}/").status_code == 200
    assert client.get(f"/admin/minidesk/{model}/add/").status_code == (403 if model == "ticket" else 200)
