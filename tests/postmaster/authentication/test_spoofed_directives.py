"""No spelling of an X-OTOBO-* header steers a ticket, unless its source is trusted."""

from __future__ import annotations

import pytest

from otalink.minidesk.models import DynamicField, Queue, Ticket
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db
NAMES = (
    "Queue",
    "Title",
    "State",
    "CustomerUser",
    "CustomerNo",
    "Ignore",
    "DynamicField-Secret",
    "FollowUp-State",
    "Loop",
)
_VALUES = {"Queue": "Secret", "State": "closed successful", "Ignore": "1", "DynamicField-Secret": "1", "Loop": ""}
VARIANTS = {
    "plain": "X-OTOBO-{name}: {value}",
    "lower case": "x-otobo-{name}: {value}",
    "mixed case": "x-OtObO-{name}: {value}",
    "space before the colon": "X-OTOBO-{name} : {value}",
    "tab before the colon": "X-OTOBO-{name}\t: {value}",
    "no space after it": "X-OTOBO-{name}:{value}",
    "spaces after the value": "X-OTOBO-{name}: {value}   \t",
    "folded": "X-OTOBO-{name}:\r\n {value}",
    "folded twice": "X-OTOBO-{name}:\r\n\t\r\n {value}",
    "encoded value": "X-OTOBO-{name}: =?utf-8?q?{value}?=",
    "encoded name": "=?utf-8?q?X-OTOBO-{name}?=: {value}",
    "underscores": "X_OTOBO_{name}: {value}",
    "underscore": "X-OTOBO_{name}: {value}",
    "twice": "X-OTOBO-{name}: {value}\r\nX-OTOBO-{name}: {value}",
    "after an empty one": "X-OTOBO-{name}:\r\nX-OTOBO-{name}: {value}",
    "bare carriage return": "X-Other: a\rX-OTOBO-{name}: {value}",
    "bare line feed": "X-Other: a\nX-OTOBO-{name}: {value}",
    "after a broken line": "no header at all\r\nX-OTOBO-{name}: {value}",
    "zero-width space": "X-OTOBO-\u200b{name}: {value}",
    "the older prefix": "X-OTRS-{name}: {value}",
}


@pytest.fixture
def a_secret_queue() -> None:
    Queue.objects.create(name="Secret", email="secret@desk.example", sender_name="Secret")
    DynamicField.objects.create(name="Secret", type="checkbox")
    make.customer("bob@other.example")


def _forged(variant: str, name: str) -> bytes:
    value = _VALUES.get(name, "bob@other.example")
    return mail("Hello", VARIANTS[variant].format(name=name, value=value))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.usefixtures("a_secret_queue")
def test_a_stranger_steers_nothing(variant: str, name: str) -> None:
    assert run(_forged(variant, name)).outcome is Outcome.NEW_TICKET
    ticket = Ticket.objects.get()
    assert (ticket.queue.name, ticket.state, ticket.title) == ("Support", "new", "Printer")
    assert (ticket.customer_login, ticket.customer_id) == (make.ANN, make.ANN)
    assert ticket.dynamic_fields.count() == 0


@pytest.mark.parametrize("name", ["CustomerUser", "CustomerNo"])
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.usefixtures("a_secret_queue")
def test_not_even_a_trusted_source_files_under_somebody_else(variant: str, name: str) -> None:
    run(_forged(variant, name), Delivery(trusted=True))
    ticket = Ticket.objects.get()
    assert (ticket.customer_login, ticket.customer_id) == (make.ANN, make.ANN)


@pytest.mark.usefixtures("a_secret_queue")
def test_whoever_was_disabled_files_under_nobody_else_either() -> None:
    make.customer(valid=False)
    run(_forged("plain", "CustomerUser"), Delivery(trusted=True))
    assert Ticket.objects.get().customer_login == make.ANN


@pytest.mark.parametrize("variant", ["plain", "mixed case", "folded", "encoded value", "spaces after the value"])
@pytest.mark.usefixtures("a_secret_queue")
def test_a_trusted_source_is_understood_in_every_form_that_the_standards_allow(variant: str) -> None:
    run(_forged(variant, "Queue"), Delivery(trusted=True))
    assert Ticket.objects.get().queue.name == "Secret"
