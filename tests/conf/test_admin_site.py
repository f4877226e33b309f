"""`/admin`: the records' pages, and what nobody may do there."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from otalink.conf import urls
from otalink.customers import commands, provisional
from otalink.customers.models import CustomerUserRecord, ProvisionalCustomerUser, SecondaryAddress
from otalink.minidesk.models import Queue, Ticket
from otalink.notifications.models import MailState, Notification, NotificationEvent, OutboxMail
from otalink.tokens.issue import issue
from otalink.tokens.models import AuditEntry, Token
from tests.support import make

assert urls.urlpatterns  # reading the addresses is what registers the pages


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


@pytest.mark.parametrize("chosen", [False, True], ids=["on their page", "in the list"])
def test_a_customer_user_who_is_deleted_leaves_no_address_behind(operator: Client, records: None, chosen: bool) -> None:
    where, row = "/admin/customers/customeruserrecord/", CustomerUserRecord.objects.get()
    provisional.record(row.login, row.email)
    commands.address_add(row.login, "ann@home.example")
    if chosen:
        operator.post(where, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    else:
        operator.post(f"{where}{row.pk}/delete/", {"post": "yes"})
    assert not CustomerUserRecord.objects.exists()
    assert (SecondaryAddress.objects.count(), ProvisionalCustomerUser.objects.count()) == (0, 0)


def test_a_customer_user_is_provisional_until_confirmed_and_shown_so(operator: Client, records: None) -> None:
    where = "/admin/customers/customeruserrecord/"
    assert "provisional" not in operator.get(where).text
    provisional.record(make.ANN, make.ANN)
    assert "provisional" in operator.get(where).text


def test_the_looser_script_policy_is_for_the_admin_alone(client: Client, db: None) -> None:
    assert "'unsafe-eval'" in client.get("/admin/login/").headers["Content-Security-Policy"]
    for where in ("/", "/l/x", "/sign-in", "/desk/sign-in", "/nothing-here"):
        assert "unsafe" not in client.get(where).headers["Content-Security-Policy"], where


def test_a_customer_or_a_stranger_gets_no_further_than_the_sign_in(client: Client, records: None) -> None:
    for where in ("/admin/", "/admin/tokens/token/", "/admin/auth/user/"):
        assert client.get(where).headers["Location"].startswith("/admin/login/")
