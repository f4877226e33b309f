"""`/admin` in a real browser: accessible, in one language, and settings changed there are in force."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import expect

from otalink.conf import urls
from otalink.customers import commands, pending
from otalink.customers.models import MergedLogin
from otalink.customers.types import CustomerUser
from otalink.minidesk.models import DynamicField
from otalink.notifications import auto_replies, undeliverable
from otalink.notifications.auto_replies import AutoReply
from otalink.notifications.feed import feed
from otalink.notifications.models import AutoReplyContent, Notification, NotificationEvent
from otalink.oidc.models import Client, OpenIDEntry, OpenIDEvent
from otalink.otobo.models import QueuedReply
from otalink.postmaster.intake import run
from otalink.postmaster.models import MailAccount
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SETTINGS
from otalink.tokens.issue import issue
from otalink.tokens.models import RecipientProfile
from tests.postmaster.builders import mail
from tests.support import make
from tests.support.browser import PHONE, NewPage, check, check_width, sign_in

assert urls.urlpatterns  # reading the addresses is what registers the pages
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse"
# So wide that the menu is not folded away.
WIDE = {"width": 1440, "height": 900}
DAYS = "OneTimeAuth::AccessDaysAfterClose"
# Django's list of what can be chosen on both sides: its labels, and the contrast of a hint, are not ours.
NOT_OURS = (".selector",)
OWN_PAGES = [
    "/admin/sysconfig/storedvalue/",
    "/admin/sysconfig/storedvalue/add/",
    f"/admin/sysconfig/storedvalue/{DAYS.replace(':', '_3A')}/change/",
    "/admin/sysconfig/storedvalue/OneTimeAuth_3A_3ACustomerErrorMessageWrongLink/change/",
    "/admin/postmaster/journalentry/quarantine/",
    "/admin/minidesk/",
    "/admin/password_change/",
    "/admin/nothing/",
]
FORMS = ["/admin/auth/user/add/", "/admin/minidesk/queue/add/", "/admin/postmaster/mailaccount/add/"]


@pytest.fixture(autouse=True)
def _operator(data_folder: Path) -> None:
    User.objects.create_superuser("operator", password=PASSWORD, first_name="Olga")


@pytest.fixture
def records() -> None:
    """One of everything."""
    number = run(mail()).ticket
    issue(number, make.ANN)
    feed()
    commands.address_add(make.ANN, "ann@home.example")
    MergedLogin.objects.create(login="old@x.example", into=make.ANN, moved={"tickets": 1}, created=timezone.now())
    pending.add(number, CustomerUser("eve@x.example", "eve@x.example", "x", "Eve", "Lee", backend="b"), "not proven")
    undeliverable.mark("gone@x.example", "550 no such user")
    auto_replies.queue(AutoReply("bob@x.example", "support@localhost", "Refused", "Please call us.", "bob@x.example"))
    Notification.objects.create(name="Refresh", event=NotificationEvent.LINK_REFRESHED, subject="s", text="t")
    DynamicField.objects.create(name="Escalated", type="checkbox")
    MailAccount.objects.create(name="Sales", host="mail.example.com", user="sales")
    Group.objects.create(name="Readers")
    Client.objects.create(client_id="desk", title="Desk", created=timezone.now())
    OpenIDEntry.objects.create(event=OpenIDEvent.CLIENT_ADDED, client_id="desk", created=timezone.now())
    QueuedReply.objects.create(
        message_id="m", marker="m", ticket_id=1, ticket_number="1", from_address="a@x.example", subject="s", text="t",
        next_try=timezone.now(), created=timezone.now(),
    )  # fmt: skip
    RecipientProfile.objects.create(recipient="customer.example", pressed=timezone.now(), switched=timezone.now())


def _record_pages() -> list[str]:
    """Every list, and the first record of each."""
    pages = []
    for model in admin.site._registry:
        where = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.first()
        if model._meta.model_name != "storedvalue":
            assert row, f"there is no {model._meta.verbose_name} to look at"
            pages += [where, f"{where}{row.pk}/change/"]
    # It shows more than other outgoing mail.
    return [*pages, f"/admin/notifications/outboxmail/{AutoReplyContent.objects.get().pk}/change/"]


def test_no_page_of_the_admin_shuts_anybody_out(new_page: NewPage, records: None) -> None:
    page = new_page()
    sign_in(page, "operator", PASSWORD)
    for address in [*OWN_PAGES, *FORMS, *_record_pages()]:
        check(page, address, grave_only=True, exclude=NOT_OURS)


def test_every_page_of_the_admin_fits_on_a_phone(new_page: NewPage, records: None) -> None:
    page = new_page(size=PHONE)
    sign_in(page, "operator", PASSWORD)
    for address in [*OWN_PAGES, *FORMS, *_record_pages()]:
        page.goto(address)
        check_width(page)


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (WIDE, "dark")], ids=["phone", "dark desktop"])
def test_what_is_ours_shuts_nobody_out_on_a_phone_or_in_the_dark(
    new_page: NewPage, records: None, size: dict[str, int], scheme: str
) -> None:
    page = new_page(size=size, scheme=scheme)
    sign_in(page, "operator", PASSWORD)
    for address in OWN_PAGES:
        check(page, address, grave_only=True, exclude=NOT_OURS)


def test_the_admin_speaks_one_language_whatever_the_browser_asks_for(new_page: NewPage, records: None) -> None:
    page = new_page(locale="de")
    sign_in(page, "operator", PASSWORD)
    page.goto("/admin/minidesk/ticket/")
    expect(page.get_by_placeholder("Number, title or customer user")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    for german in ("Filtern", "Hinzufügen", "Verlauf"):
        expect(page.get_by_text(german)).to_have_count(0)
    expect(page.get_by_text(" UTC").first).to_be_visible()


def test_a_record_leads_to_its_ticket_and_to_the_customer_user(new_page: NewPage, records: None) -> None:
    page = new_page()
    sign_in(page, "operator", PASSWORD)
    page.goto("/admin/tokens/token/")
    page.get_by_role("link", name=make.ANN).first.click()
    expect(page.get_by_role("link", name=make.ANN)).to_be_visible()
    page.go_back()
    page.locator("a[href*='/desk/tickets/']").first.click()
    expect(page.get_by_role("heading", name="Reply")).to_be_visible()


def test_an_agent_who_is_added_may_sign_in(new_page: NewPage) -> None:
    page = new_page(size=WIDE)
    sign_in(page, "operator", PASSWORD, "/desk/")
    page.goto("/admin/auth/user/add/")
    page.get_by_label("User name").fill("lena")
    page.get_by_label("Password", exact=False).first.fill("a long password")
    page.get_by_label("Password confirmation").fill("a long password")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    other = new_page()
    sign_in(other, "lena", "a long password")
    expect(other.get_by_role("heading", name="Tickets")).to_be_visible()


def test_an_operator_changes_and_resets_a_setting(new_page: NewPage) -> None:
    page = new_page(size=WIDE)
    page.goto("/admin/")
    page.fill("[name=username]", "operator")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.get_by_role("link", name=DAYS).click()
    page.get_by_label("Value").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a whole number is needed, not 'soon'")).to_be_visible()
    page.get_by_label("Value").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{DAYS} was changed.")).to_be_visible()
    assert store.get(SETTINGS[DAYS]) == 3
    expect(page.get_by_role("link", name=DAYS)).to_contain_text("changed")
    page.get_by_role("link", name=DAYS).click()
    page.get_by_role("button", name="Reset to the default").click()
    expect(page.get_by_text(f"{DAYS} has its default again.")).to_be_visible()
    assert store.get(SETTINGS[DAYS]) == 14
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("link", name="Support", exact=True)).to_be_visible()
