"""A mistake in the configuration never stops mail: it is filed without what is not there, and that is noted."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.customers.models import CustomerUserRecord
from otalink.minidesk.models import DynamicField, History, Queue, Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from otalink.postmaster.models import JournalEntry, MailAccount, NotAcceptedName
from otalink.postmaster.outcome import Outcome, Result
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from otalink.sysconfig.models import StoredValue
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import use

pytestmark = pytest.mark.django_db
TRUSTED = Delivery(trusted=True)


def filed(result: Result) -> Ticket:
    assert (result.outcome, quarantine.items()) == (Outcome.NEW_TICKET, [])
    return Ticket.objects.get(number=result.ticket)


def notes(ticket: Ticket) -> list[str]:
    rows = History.objects.filter(ticket=ticket, type="NotAccepted", notify=False).order_by("pk")
    return [row.text for row in rows]


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ("X-OTOBO-Queue: Nowhere", "no queue 'Nowhere': filed in Support"),
        ("X-OTOBO-State: urgent", "no state 'urgent': filed as new"),
        ("X-OTOBO-Priority: urgent", "no priority 'urgent': filed as 3 normal"),
        ("X-OTOBO-DynamicField-Order: 7", "no dynamic field 'Order': left out"),
        ("X-OTOBO-DynamicField-Box: yes", "the checkbox 'Box' takes 1 or 0, not 'yes': left out"),
    ],
)
def test_a_mail_that_names_what_is_not_there_is_filed_all_the_same(header: str, note: str) -> None:
    """Before, it went into quarantine."""
    DynamicField.objects.create(name="Box", type="checkbox")
    result = run(mail("Hello", header), TRUSTED)
    ticket = filed(result)
    assert (ticket.queue.name, ticket.state, ticket.priority) == ("Support", "new", "3 normal")
    assert (notes(ticket), result.reason) == ([note], note)
    assert JournalEntry.objects.get().reason == note
    assert ticket.articles.get().text == "Hello"
    assert History.objects.get(type="NewTicket").notify


def test_everything_that_is_wrong_is_left_out_and_the_rest_stays() -> None:
    DynamicField.objects.create(name="Known", type="text")
    headers = ("X-OTOBO-Queue: Nowhere", "X-OTOBO-State: urgent", "X-OTOBO-Priority: 4 high")
    fields = ("X-OTOBO-DynamicField-A: 1", "X-OTOBO-DynamicField-Known: 2", "X-OTOBO-DynamicField-B: 3")
    ticket = filed(run(mail("Hello", *headers, *fields), TRUSTED))
    assert (ticket.priority, ticket.dynamic_fields.get().value, len(notes(ticket))) == ("4 high", "2", 4)
    assert (Ticket.objects.count(), ticket.articles.count()) == (1, 1)
    assert History.objects.filter(type="NewTicket").count() == 1


def test_a_queue_that_is_not_there_leaves_the_one_of_the_address() -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")
    ticket = filed(
        run(mail("Hello", "X-OTOBO-Queue: Nowhere"), Delivery(recipients=("sales@localhost",), trusted=True))
    )
    assert (ticket.queue.name, notes(ticket)) == ("Sales", ["no queue 'Nowhere': filed in Sales"])


def test_a_checkbox_that_tickets_do_not_have_does_not_stop_new_mail() -> None:
    """As an older version saved it with a green tick: all new mail went into quarantine."""
    StoredValue.objects.create(
        name=CREATE_CUSTOMER_USER.name, value={**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": "IsOTA"}
    )
    ticket = filed(run(mail()))
    assert notes(ticket) == ["no dynamic field 'IsOTA': left out"]
    assert CustomerUserRecord.objects.get().login == ticket.customer_login


def test_a_field_deleted_after_the_setting_was_saved_does_not_stop_mail(operator: Client) -> None:
    field = DynamicField.objects.create(name="IsOTA", type="checkbox")
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": "IsOTA"})
    assert notes(filed(run(mail()))) == []
    operator.post(f"/admin/minidesk/dynamicfield/{field.pk}/delete/", {"post": "yes"})
    assert not DynamicField.objects.exists()
    assert notes(filed(run(mail()))) == ["no dynamic field 'IsOTA': left out"]


def test_a_queue_deleted_after_filter_and_account_were_saved_does_not_stop_mail(operator: Client) -> None:
    queue = Queue.objects.create(name="Orders", email="orders@localhost", sender_name="Orders")
    use("500-Orders", "Match", Match={"Subject": "order"}, Set={"X-OTOBO-Queue": "Orders"})
    operator.post(f"/admin/minidesk/queue/{queue.pk}/delete/", {"post": "yes"})
    assert not Queue.objects.filter(name="Orders").exists()
    ticket = filed(run(mail(subject="order 7")))
    assert (ticket.queue.name, notes(ticket)) == ("Support", ["no queue 'Orders': filed in Support"])
    assert notes(filed(run(mail(), Delivery(queue="Orders")))) == ["no queue 'Orders': filed in Support"]


def test_the_last_queue_cannot_be_deleted(operator: Client) -> None:
    queue = Queue.objects.get()
    operator.post(f"/admin/minidesk/queue/{queue.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [queue.pk], "post": "yes"}
    operator.post("/admin/minidesk/queue/", chosen)
    assert Queue.objects.get() == queue


def test_a_backend_that_is_not_there_has_newcomers_kept_in_the_default_one() -> None:
    StoredValue.objects.create(
        name=CREATE_CUSTOMER_USER.name, value={**CREATE_CUSTOMER_USER.default, "CustomerUserBackend": "CustomerUser7"}
    )
    filed(run(mail()))
    assert CustomerUserRecord.objects.get().backend == "CustomerUser"


def test_an_untrusted_mail_names_nothing() -> None:
    assert notes(filed(run(mail("Hello", "X-OTOBO-Queue: Nowhere")))) == []


def test_it_is_remembered_once_however_many_mails_name_it() -> None:
    for _ in range(3):
        filed(run(mail("Hello", "X-OTOBO-Queue: Nowhere"), TRUSTED))
    assert NotAcceptedName.objects.get().text == "no queue 'Nowhere'"


def test_a_name_longer_than_any_column_does_not_stop_mail() -> None:
    filed(run(mail("Hello", f"X-OTOBO-Queue: {'x' * 900}", f"X-OTOBO-DynamicField-{'F' * 300}: 1"), TRUSTED))


def test_a_mail_account_takes_only_a_queue_that_is_there(operator: Client) -> None:
    page = operator.get("/admin/postmaster/mailaccount/add/")
    assert page.context["adminform"].form.fields["queue"].widget.choices == [("", "-"), ("Support", "Support")]
    given = {"name": "help", "protocol": "imap", "host": "mail.example", "security": "tls", "user": "help"}
    given |= {"authentication": "password", "folder": "INBOX", "existing": "leave", "after": "delete"}
    given |= {"queue": "Suport"}
    response = operator.post("/admin/postmaster/mailaccount/add/", given)
    assert response.context["adminform"].form.errors == {
        "queue": ["there is no queue 'Suport'; the nearest is 'Support'"]
    }
    assert operator.post("/admin/postmaster/mailaccount/add/", {**given, "queue": "Support"}).status_code == 302
    assert MailAccount.objects.get().queue == "Support"
