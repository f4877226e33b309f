"""The pre-filter `000-CreateCustomerUser`, as published, without its faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from otalink.customers import admission, directory
from otalink.customers.models import CustomerUserRecord, PendingSender, ProvisionalCustomerUser
from otalink.minidesk.models import DynamicField, Ticket
from otalink.notifications.feed import feed
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import Outcome, Result, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from otalink.sysconfig.models import StoredValue
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import returning
from tests.support import make

pytestmark = pytest.mark.django_db

SEAMS = "tests.postmaster.seams"
DATABASE = "otalink.customers.backends.database.DatabaseBackend"
FORGED = "X-OTOBO-CustomerUser: victim@x.example"
LATER = "500-Later"


@pytest.fixture(autouse=True)
def _backends() -> Iterator[None]:
    directory.backends.cache_clear()
    yield
    directory.backends.cache_clear()


def _configure(**values: object) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, **values})


def _ticket(result: Result) -> Ticket:
    assert result.outcome is Outcome.NEW_TICKET
    return Ticket.objects.get(number=result.ticket)


def _fields(ticket: Ticket) -> dict[str, str]:
    return {value.field.name: value.value for value in ticket.dynamic_fields.select_related("field")}


def test_someone_unknown_becomes_a_valid_customer_user_named_as_the_mail_says() -> None:
    """Regression 11."""
    _ticket(run(mail("Hello", "Content-Language: de", sender='"Lee, Ann" <Ann@Customer.Example>')))
    record = CustomerUserRecord.objects.get()
    assert {record.login, record.email, record.customer_id} == {"ann@customer.example"}
    assert (record.first_name, record.last_name, record.language) == ("Ann", "Lee", "de")
    assert (record.valid, record.backend) == (True, "CustomerUser")


@pytest.mark.parametrize("sender", ["ann.lee@customer.example", '" " <ann.lee@customer.example>'])
def test_someone_without_a_name_is_called_after_the_address(sender: str) -> None:
    run(mail(sender=sender))
    assert CustomerUserRecord.objects.get().first_name == "Ann"


def test_someone_known_is_found_whatever_the_case_of_the_address() -> None:
    make.customer()
    assert _ticket(run(mail(sender="ANN@customer.EXAMPLE"))).customer_login == make.ANN
    assert CustomerUserRecord.objects.count() == 1


def test_it_creates_in_the_backend_that_the_setting_names(settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": DATABASE, "Second": DATABASE}
    _configure(CustomerUserBackend="Second")
    run(mail())
    assert CustomerUserRecord.objects.get().backend == "Second"


def test_someone_known_in_any_backend_is_not_created_again(settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": DATABASE, "Second": DATABASE}
    directory.add(make.customer("bob@customer.example"), "Second")
    CustomerUserRecord.objects.filter(backend="CustomerUser").delete()
    run(mail(sender="bob@customer.example"))
    assert CustomerUserRecord.objects.count() == 1


def test_an_invalid_customer_user_is_left_alone() -> None:
    DynamicField.objects.create(name="FromLink", type="checkbox")
    _configure(SetCheckBoxName="FromLink")
    make.customer(valid=False)
    ticket = _ticket(run(mail()))
    record = CustomerUserRecord.objects.get()
    assert (record.valid, _fields(ticket)) == (False, {})


def test_a_follow_up_creates_nobody() -> None:
    number = run(mail()).ticket
    run(mail(sender="bob@customer.example", subject=f"Re: [Ticket#{number}]"))
    assert [record.login for record in CustomerUserRecord.objects.all()] == [make.ANN]


def test_the_checkbox_is_set_for_a_new_customer_user_and_a_known_one_of_that_backend() -> None:
    DynamicField.objects.create(name="FromLink", type="checkbox")
    _configure(SetCheckBoxName="FromLink")
    assert _fields(_ticket(run(mail()))) == {"FromLink": "1"}
    assert _fields(_ticket(run(mail()))) == {"FromLink": "1"}


def test_the_checkbox_is_not_set_for_a_customer_user_of_another_backend(settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": DATABASE, "Second": DATABASE}
    DynamicField.objects.create(name="FromLink", type="checkbox")
    make.customer()
    _configure(SetCheckBoxName="FromLink", CustomerUserBackend="Second")
    assert _fields(_ticket(run(mail()))) == {}


@pytest.mark.parametrize("known", [True, False])
def test_a_forged_customer_header_is_overwritten_from_the_directory(known: bool) -> None:
    make.customer("victim@x.example")
    if known:
        make.customer()
    ticket = _ticket(run(mail("Hello", FORGED, "X-OTOBO-CustomerNo: victim", FORGED.upper()), Delivery(trusted=True)))
    assert (ticket.customer_login, ticket.customer_id) == (make.ANN, make.ANN)


def test_without_spoof_protection_a_trusted_source_may_name_the_customer_user() -> None:
    make.customer()
    make.customer("victim@x.example")
    _configure(CustomerHeaderSpoofProtection=False)
    assert _ticket(run(mail("Hello", FORGED), Delivery(trusted=True))).customer_login == "victim@x.example"
    assert _ticket(run(mail("Hello", FORGED))).customer_login == make.ANN


@pytest.mark.parametrize("header", ["Precedence: bulk", "X-Nothing: 1"])
def test_automatic_mail_and_mail_without_author_cannot_name_a_customer_user(header: str) -> None:
    sender = make.ANN if "bulk" in header else None
    ticket = _ticket(run(mail("Hello", FORGED, header, sender=sender), Delivery(trusted=True)))
    assert ticket.customer_login == (sender or "")


@pytest.mark.parametrize(
    ("backends", "chosen"),
    [({"CustomerUser": f"{SEAMS}.ReadOnlyBackend"}, ""), ({"CustomerUser": DATABASE}, "NoSuchBackend")],
)
def test_a_forged_header_does_not_survive_when_creating_fails(
    backends: dict[str, str], chosen: str, settings: Settings
) -> None:
    """Regression 9."""
    settings.OTALINK_CUSTOMER_BACKENDS = backends
    changed = {"CustomerUserBackend": chosen, "CustomerHeaderSpoofProtection": False}
    # As it was when there was such a backend.
    StoredValue.objects.create(name=CREATE_CUSTOMER_USER.name, value={**CREATE_CUSTOMER_USER.default, **changed})
    ticket = _ticket(run(mail("Hello", FORGED), Delivery(trusted=True)))
    assert (ticket.customer_login, ticket.customer_id) == (make.ANN, make.ANN)


def test_a_customer_user_that_another_mail_made_meanwhile_is_used(settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": f"{SEAMS}.RacedBackend"}
    assert _ticket(run(mail())).customer_login == make.ANN
    assert CustomerUserRecord.objects.count() == 1


def test_an_address_that_only_a_careless_database_takes_for_another_is_another(settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": f"{SEAMS}.AccentBlindBackend"}
    make.customer("andre@x.example")
    assert _ticket(run(mail(sender="andré@x.example"))).customer_login == "andré@x.example"


def test_a_mail_that_any_filter_takes_for_automatic_makes_nobody() -> None:
    DynamicField.objects.create(name="FromLink", type="checkbox")
    _configure(SetCheckBoxName="FromLink")
    returning(LATER, 'Continue(replace(mail, automatic="a robot"))')
    result = run(mail())
    ticket = _ticket(result)
    assert (ticket.customer_login, _fields(ticket), result.reason) == (make.ANN, {}, "a robot")
    assert list(directory.everybody()) == []
    assert not ProvisionalCustomerUser.objects.exists()
    assert (PendingSender.objects.exists(), feed()) == (False, 0)


def test_a_filter_before_it_may_take_a_mail_for_automatic_too() -> None:
    returning("000-Before", 'Continue(replace(mail, automatic="a robot"))')
    _ticket(run(mail()))
    assert list(directory.everybody()) == []


@pytest.mark.parametrize("name", ["000-Before", LATER])
def test_the_author_whom_any_filter_holds_waits_and_becomes_whom_they_would_have_been(name: str) -> None:
    DynamicField.objects.create(name="FromLink", type="checkbox")
    _configure(SetCheckBoxName="FromLink")
    returning(name, 'Continue(mail, replace(filing, hold="looks odd"))')
    ticket = _ticket(run(mail()))
    waiting = PendingSender.objects.get()
    assert (waiting.reason, waiting.backend, _fields(ticket)) == ("looks odd", "CustomerUser", {})
    assert (list(directory.everybody()), feed()) == ([], 0)
    assert admission.admit(ticket.number).full_name == "Ann Lee"


def test_a_filter_may_let_somebody_in_who_was_held() -> None:
    returning(LATER, 'Continue(mail, replace(filing, hold=""))')
    _ticket(run(mail("Win!", "X-Spam-Flag: YES")))
    assert (len(list(directory.everybody())), feed()) == (1, 1)


def test_a_filter_may_say_more_of_whom_an_author_becomes() -> None:
    returning(LATER, 'Continue(mail, replace(filing, newcomer=replace(filing.newcomer, first_name="Anna")))')
    assert _ticket(run(mail())).customer_login == make.ANN
    assert CustomerUserRecord.objects.get().first_name == "Anna"


@pytest.mark.parametrize("is_made", [True, False])
def test_a_later_filter_has_the_last_word_on_whose_ticket_it_is(is_made: bool, settings: Settings) -> None:
    DynamicField.objects.create(name="FromLink", type="checkbox")
    _configure(SetCheckBoxName="FromLink")
    said = {"CustomerUser": "acme", "CustomerNo": "acme-1", "DynamicField-FromLink": "0"}
    returning(LATER, f"Continue(mail, filing.with_directives({said!r}))")
    if not is_made:
        settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": f"{SEAMS}.ReadOnlyBackend"}
    ticket = _ticket(run(mail()))
    assert (ticket.customer_login, ticket.customer_id, _fields(ticket)) == ("acme", "acme-1", {"FromLink": "0"})
    assert CustomerUserRecord.objects.filter(login=make.ANN).exists() is is_made


def test_the_checkbox_stays_as_a_trusted_source_set_it_where_nobody_is_made(settings: Settings) -> None:
    DynamicField.objects.create(name="FromLink", type="checkbox")
    _configure(SetCheckBoxName="FromLink")
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": f"{SEAMS}.ReadOnlyBackend"}
    header = "X-OTOBO-DynamicField-FromLink: 0"
    assert _fields(_ticket(run(mail("Hello", header), Delivery(trusted=True)))) == {"FromLink": "0"}
    assert _fields(_ticket(run(mail()))) == {}
