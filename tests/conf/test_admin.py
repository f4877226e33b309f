"""`/admin`: the records' pages, what nobody may do there, and the look of it in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otalink.conf import urls
from otalink.customers.models import CustomerUserRecord
from otalink.minidesk.models import Queue, Ticket
from otalink.notifications.models import MailState, Notification, NotificationEvent, OutboxMail
from otalink.sysconfig.declarations import SETTINGS
from otalink.tokens.issue import issue
from otalink.tokens.models import AuditEntry, Token
from tests.support import make
from tests.support.browser import chromium

assert urls.urlpatterns  # reading the addresses is what registers the pages
DAYS = "OneTimeAuth::AccessDaysAfterClose"


@pytest.fixture
def records(db: None) -> None:
    """One of everything that the admin shows."""
    make.customer()
    number = make.ticket().number
    issue(number, make.ANN)
    Notification.objects.create(name="Refresh", event=NotificationEvent.LINK_REFRESHED, subject="s", text="t")
    now = timezone.now()
    OutboxMail.objects.create(
        event=NotificationEvent.TICKET_CREATED,
        ticket_number=number,
        customer_login=make.ANN,
        message_id="m@x",
        state=MailState.SENT,
        created=now,
        changed=now,
    )


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


def test_every_registered_page_opens(operator: Client, records: None) -> None:
    assert {Queue, Ticket, Token, AuditEntry, Notification, OutboxMail, User} <= set(admin.site._registry)
    for model, registered in admin.site._registry.items():
        where = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert operator.get(where).status_code == 200, where
        if registered.search_fields:
            assert operator.get(where, {"q": "ann"}).status_code == 200, where
        row = model._default_manager.first()
        if row is not None:
            assert operator.get(f"{where}{row.pk}/change/", follow=True).status_code == 200, where


@pytest.mark.parametrize(
    ("where", "model"),
    [
        ("/admin/tokens/token/", Token),
        ("/admin/tokens/auditentry/", AuditEntry),
        ("/admin/notifications/outboxmail/", OutboxMail),
    ],
)
def test_records_of_what_happened_can_only_be_read(
    operator: Client, records: None, where: str, model: type[Token | AuditEntry | OutboxMail]
) -> None:
    row = model._default_manager.first()
    assert row is not None
    assert operator.get(f"{where}add/").status_code == 403
    assert operator.post(f"{where}{row.pk}/change/", {"ticket_number": "x"}).status_code == 403
    assert operator.post(f"{where}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


def test_no_page_shows_what_is_stored_of_a_token(operator: Client, records: None) -> None:
    token = Token.objects.get()
    for where in ("/admin/tokens/token/", f"/admin/tokens/token/{token.pk}/change/", "/admin/tokens/auditentry/"):
        assert token.digest not in operator.get(where).content.decode()


def test_a_customer_users_login_and_password_cannot_be_changed_here(operator: Client, records: None) -> None:
    where = "/admin/customers/customeruserrecord/"
    row = CustomerUserRecord.objects.get()
    given = {
        "email": row.email,
        "customer_id": "x",
        "first_name": "Anna",
        "login": "other",
        "password": "p",
        "valid": "on",
    }
    assert operator.post(f"{where}{row.pk}/change/", given).status_code == 302
    row.refresh_from_db()
    assert (row.first_name, row.login, row.password) == ("Anna", make.ANN, "")
    assert operator.get(f"{where}add/").status_code == 403


def test_the_looser_script_policy_is_for_the_admin_alone(client: Client, db: None) -> None:
    assert "'unsafe-eval'" in client.get("/admin/login/").headers["Content-Security-Policy"]
    for where in ("/", "/l/x", "/sign-in", "/desk/sign-in", "/nothing-here"):
        assert "unsafe" not in client.get(where).headers["Content-Security-Policy"], where


def test_a_customer_or_a_stranger_gets_no_further_than_the_sign_in(client: Client, records: None) -> None:
    for where in ("/admin/", "/admin/tokens/token/", "/admin/auth/user/"):
        assert client.get(where).headers["Location"].startswith("/admin/login/")


@pytest.fixture
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, by which Django would take our database calls for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """A window in which nothing may be refused by the content security policy."""
    settings.OTALINK_BASE_URL = live_server.url
    complaints: list[str] = []
    page = browser.new_page(base_url=live_server.url, viewport={"width": 1440, "height": 900}, locale="en")
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_operator_changes_and_resets_a_setting_in_the_browser(page: Page) -> None:
    User.objects.create_superuser("operator", password="correct horse")
    page.goto("/admin/")
    page.fill("[name=username]", "operator")
    page.fill("[name=password]", "correct horse")
    page.press("[name=password]", "Enter")
    page.get_by_role("link", name=DAYS).click()
    page.get_by_label("Value").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a whole number is needed, not 'soon'")).to_be_visible()
    page.get_by_label("Value").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{DAYS} was changed.")).to_be_visible()
    assert SETTINGS[DAYS].get() == 3
    expect(page.get_by_role("link", name=DAYS)).to_contain_text("changed")
    page.get_by_role("link", name=DAYS).click()
    page.get_by_role("button", name="Reset to the default").click()
    expect(page.get_by_text(f"{DAYS} has its default again.")).to_be_visible()
    assert SETTINGS[DAYS].get() == 14
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("link", name="Support", exact=True)).to_be_visible()
