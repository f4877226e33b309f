"""The journal and the quarantine in a real browser: what became of a mail is found, read, and put right."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from otalink.minidesk.models import Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.intake import Delivery, run
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import fails, mend
from tests.support.browser import DESKTOP, PHONE, NewPage, check, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse"
JOURNAL = "/admin/postmaster/journalentry/"
QUARANTINE = f"{JOURNAL}quarantine/"
EVIL = '<script>document.title = "taken over"</script>'


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """An operator's window."""
    User.objects.create_superuser("operator", password=PASSWORD)
    page = new_page()
    sign_in(page, "operator", PASSWORD)
    expect(page).to_have_url("/desk/")
    return page


def _quarantined(subject: str, *, body: str = "Hello", reason: str = "no luck") -> None:
    fails(reason)
    raw = mail(body, "Content-Type: text/html", subject=subject)
    assert run(raw, Delivery("ann@customer.example", source="imap Shop", trusted=True)).quarantine_id


def test_a_mail_is_found_in_the_journal_and_leads_to_its_ticket(page: Page) -> None:
    number = run(mail(subject="Printer"), Delivery(source="lmtp")).ticket
    run(mail(subject="Scanner"))
    page.goto(JOURNAL)
    page.get_by_placeholder("Sender, recipient, subject").fill("printer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="Scanner")).to_have_count(0)
    check(page, grave_only=True)
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_text("000-CreateCustomerUser")).to_be_visible()
    check(page, grave_only=True)
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name="Printer")).to_be_visible()


def test_a_mail_that_was_not_filed_leads_to_the_quarantine_where_it_is_read_and_replayed(page: Page) -> None:
    _quarantined("Order 1", body=EVIL)
    page.goto(JOURNAL)
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.locator("a[href*='/quarantine/']", has_text=quarantine.items()[0].id).click()
    expect(page.get_by_text("KeyError: 'no luck'")).to_be_visible()
    expect(page.locator("pre")).to_contain_text(EVIL)
    assert "taken over" not in page.title()
    check(page, grave_only=True)
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("Still in quarantine: KeyError: 'no luck'")).to_be_visible()
    check(page, grave_only=True)
    mend()
    page.get_by_text("Order 1").click()
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("1 mail: new ticket")).to_be_visible()
    expect(page.get_by_text("No mail lies in quarantine.")).to_be_visible()
    assert Ticket.objects.get().title == "Order 1"


def test_all_mails_are_replayed_at_once(page: Page) -> None:
    for number in (1, 2, 3):
        _quarantined(f"Order {number}")
    mend()
    page.goto(QUARANTINE)
    check(page, grave_only=True)
    page.get_by_role("button", name="Replay all").click()
    expect(page.get_by_text("3 mails: new ticket")).to_be_visible()
    assert Ticket.objects.count() == 3


def test_a_mail_is_deleted_only_after_a_second_thought(page: Page) -> None:
    _quarantined("Order 1")
    page.goto(QUARANTINE)
    page.get_by_text("Order 1").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_hidden()
    page.get_by_text("Delete…").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("The mail was deleted.")).to_be_visible()
    assert quarantine.items() == []


def test_the_source_is_shown_and_downloaded_whole(page: Page) -> None:
    _quarantined("Order 1", body=EVIL)
    (item,) = quarantine.items()
    page.goto(f"{QUARANTINE}{item.id}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == quarantine.read(item.id)
    page.get_by_role("link", name="Source as text").click()
    expect(page.get_by_text(EVIL)).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_journal_and_quarantine_fit(new_page: NewPage, size: dict[str, int]) -> None:
    User.objects.create_superuser("olga", password=PASSWORD)
    _quarantined("A-subject-of-one-word-" * 8, body="x" * 900, reason="N" * 300)
    page = new_page(size=size)
    sign_in(page, "olga", PASSWORD)
    for address in (JOURNAL, QUARANTINE, f"{QUARANTINE}{quarantine.items()[0].id}/"):
        check(page, address, grave_only=True)
