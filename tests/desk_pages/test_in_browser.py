"""The agents' pages in a real browser: without JavaScript, accessible, on a desktop and on a phone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from otalink.customers import directory, pending
from otalink.customers.types import CustomerUser
from otalink.desk.types import Attachment, Authentication, Proof, SenderType, Standing
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField
from otalink.notifications.models import MailState, NotificationEvent
from otalink.postmaster import quarantine
from otalink.postmaster.delivery import Delivery
from tests.notifications.results.mails import mail
from tests.support import make
from tests.support.browser import LOOK_NAMES, LOOKS, NewPage, check, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse"
STRANGER = "eve@forged.example"


@pytest.fixture(autouse=True)
def _desk(data_folder: Path) -> None:
    User.objects.create_superuser("lena", password=PASSWORD, first_name="Lena", last_name="Agent")


@pytest.fixture
def conversation() -> str:
    """The number of a ticket with all that a ticket may have."""
    make.customer()
    proven = Authentication(Proof.PROVEN, "customer.example", "dkim=pass customer.example")
    number = make.ticket(article=replace(make.draft(authentication=proven), original=b"Subject: Printer")).number
    make.participant(number, make.customer("bob@partner.example", "Bob", "Lee").login)
    DynamicField.objects.create(name="Escalated", type="checkbox")
    changes.set_dynamic_field(changes.find(number), "Escalated", "1")
    desk, agent = MiniDesk(), SenderType.AGENT
    report = Attachment("report.pdf", "application/pdf", b"%PDF")
    desk.add_agent_reply(number, make.draft("Internal", sender_type=agent, visible_for_customer=False))
    written = make.draft("Hello", html="<h1>Hello</h1>", attachments=(report,), sender_type=agent)
    hello = desk.add_agent_reply(number, written)
    desk.add_follow_up(number, make.draft("Thanks\n\nOn Monday, Desk wrote:\n> Hello"))
    for standing in (Standing.UNPROVEN, Standing.DENIED):
        hidden = make.draft(f"This is {standing}", visible_for_customer=False)
        desk.add_follow_up(number, replace(hidden, standing=standing))
    mail(number, article_id=hello.id)
    mail(number, MailState.FAILED, article_id=hello.id, login="bob@partner.example")
    mail(number, event=NotificationEvent.LINK_REFRESHED)
    return number


@pytest.fixture
def waiting() -> str:
    """The number of a ticket whose sender nobody has let in."""
    forged = Authentication(Proof.DENIED, "forged.example", "dmarc=fail forged.example")
    number = make.ticket(STRANGER, make.draft(from_address=STRANGER, authentication=forged)).number
    stranger = CustomerUser(STRANGER, STRANGER, STRANGER, "Eve", "", backend="CustomerUser")
    pending.add(number, stranger, "not proven to be from forged.example")
    return number


def test_an_agent_answers_and_closes_without_scripts(new_page: NewPage, conversation: str) -> None:
    page = new_page(javascript=False)
    sign_in(page, "lena", PASSWORD)
    page.get_by_role("link", name="Printer").click()
    page.get_by_label("Message").fill("Is it plugged in?")
    page.get_by_role("button", name="Send to customer").click()
    expect(page.get_by_text("Is it plugged in?")).to_be_visible()
    page.get_by_role("button", name="Close ticket").click()
    expect(page.get_by_role("button", name="Reopen ticket")).to_be_visible()


def test_an_agent_shows_a_follow_up_without_scripts(new_page: NewPage, conversation: str) -> None:
    page = new_page(javascript=False)
    sign_in(page, "lena", PASSWORD, f"/desk/tickets/{conversation}")
    note = page.get_by_role("note", name="Not shown to the customer")
    expect(note).to_have_count(2)
    expect(note.first).to_contain_text("Not shown to the customer: the sender is not proven.")
    page.get_by_role("button", name="Show it as the customer's").click()
    expect(note).to_have_count(1)
    expect(note).to_contain_text("the sender's domain says that this mail is forged")
    expect(page.get_by_text("This is not proven")).to_be_visible()


def test_an_agent_adds_and_removes_a_participant(new_page: NewPage, conversation: str) -> None:
    page = new_page()
    sign_in(page, "lena", PASSWORD, f"/desk/tickets/{conversation}")
    page.get_by_label("Let somebody else").fill(make.ANN)
    page.get_by_role("button", name="Add participant").click()
    expect(page.get_by_role("alert")).to_have_text(f"The ticket is {make.ANN}'s own.")
    check(page)
    page.get_by_label("Let somebody else").fill("carol@partner.example")
    page.get_by_role("button", name="Add participant").click()
    expect(page.get_by_label("Participants").get_by_text("carol@partner.example")).to_be_visible()
    page.get_by_role("button", name="Remove carol@partner.example").click()
    expect(page.get_by_label("Participants")).to_have_text("bob@partner.example Remove")


def test_an_agent_finds_who_waits_sees_why_and_lets_them_in(new_page: NewPage, conversation: str, waiting: str) -> None:
    page = new_page(javascript=False)
    sign_in(page, "lena", PASSWORD)
    page.get_by_role("link", name="Sender pending", exact=True).click()
    expect(page.get_by_role("link", name="Printer")).to_have_count(1)
    page.get_by_role("link", name="Printer").click()
    expect(page.get_by_text("Forged, says forged.example")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("not proven to be from forged.example")
    page.get_by_role("button", name="Let this sender in").click()
    expect(page.get_by_role("status")).to_have_count(0)
    assert directory.find_by_login(STRANGER)
    page.goto("/desk/?state=pending-sender")
    expect(page.get_by_text("There is no ticket here.")).to_be_visible()


def test_an_agent_finds_an_answer_that_did_not_arrive_and_sends_it_again(new_page: NewPage, conversation: str) -> None:
    page = new_page(javascript=False)
    sign_in(page, "lena", PASSWORD)
    page.get_by_role("link", name="1 not delivered").click()
    page.get_by_role("link", name="Printer").click()
    expect(page.get_by_text("Not delivered to bob@partner.example, because the address does not exist")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Mail to bob@partner.example: queued")).to_be_visible()
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)


def test_an_agent_downloads_a_mail_as_it_came(new_page: NewPage, conversation: str) -> None:
    page = new_page(javascript=False)
    sign_in(page, "lena", PASSWORD, f"/desk/tickets/{conversation}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Original mail").click()
    assert download.value.suggested_filename.endswith(".eml")
    assert download.value.path().read_bytes() == b"Subject: Printer"


def test_a_page_that_is_not_there_leads_agents_back_to_the_desk(new_page: NewPage, conversation: str) -> None:
    page = new_page()
    sign_in(page, "lena", PASSWORD)
    page.goto("/desk/tickets/1")
    check(page)
    page.get_by_role("link", name="Go to the desk").click()
    expect(page).to_have_url("/desk/")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=LOOK_NAMES)
def test_every_agents_page_is_accessible_and_fits(
    new_page: NewPage, conversation: str, waiting: str, size: dict[str, int], scheme: str
) -> None:
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    page = new_page(size=size, scheme=scheme)
    check(page, "/desk/")
    sign_in(page, "lena", PASSWORD)
    expect(page).to_have_url("/desk/")
    for address in (
        "?state=all",
        "?q=nothing",
        "?state=not-delivered",
        "?state=closed",
        f"tickets/{conversation}",
        f"tickets/{waiting}",
    ):
        check(page, f"/desk/{address}")


def test_only_who_may_see_something_there_is_led_to_the_administration(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    sign_in(page, "lena", PASSWORD)
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    User.objects.update(is_superuser=False)
    page.reload()
    expect(page.get_by_role("link", name="Tickets")).to_be_visible()
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
