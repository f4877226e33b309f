"""`SpoofProtection`: of a trusted source only listed senders steer tickets."""

from __future__ import annotations

import pytest

from otalink.minidesk.models import Queue, Ticket
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import use

pytestmark = pytest.mark.django_db


def test_of_a_trusted_source_only_listed_senders_steer_tickets() -> None:
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    use("200-Steer", "SpoofProtection", TrustedSenders=r"^monitor@desk\.example$")
    headers = ("X-OTOBO-Queue: Sales", "X-OTOBO-CustomerUser: victim@x.example")
    monitor = run(mail("Hello", *headers, sender="monitor@desk.example"), Delivery(trusted=True)).ticket
    other = run(mail("Hello", *headers, sender="monitor@desk.example.evil.example"), Delivery(trusted=True)).ticket
    assert Ticket.objects.get(number=monitor).queue.name == "Sales"
    ticket = Ticket.objects.get(number=other)
    assert (ticket.queue.name, ticket.customer_login) == ("Support", "monitor@desk.example.evil.example")


def test_spoof_protection_without_a_pattern_is_not_set() -> None:
    with pytest.raises(InvalidValue, match="TrustedSenders"):
        use("200-Steer", "SpoofProtection")
