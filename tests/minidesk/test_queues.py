"""Which queue a ticket comes into."""

from __future__ import annotations

import pytest

from otalink.desk.port import DeskError
from otalink.desk.types import Routing
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Queue
from tests.contracts.mail_desk import ROUTING
from tests.support import make
from tests.support.make import ANN, draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def test_it_chooses_the_queue_by_name_then_by_recipient_then_the_default(desk: MiniDesk) -> None:
    Queue.objects.create(name="Sales", email="Sales@desk.example", sender_name="Sales")
    by_recipient = Routing(ANN, ANN, recipients=("who@x.example", "sales@desk.example"))
    assert desk.create_ticket(draft(), by_recipient).queue == "Sales"
    assert desk.create_ticket(draft(), ROUTING).queue == "Support"
    by_name = Routing(ANN, ANN, queue="Support", recipients=("sales@desk.example",))
    assert desk.create_ticket(draft(), by_name).queue == "Support"


def test_a_desk_without_queues_says_so(desk: MiniDesk) -> None:
    Queue.objects.all().delete()
    with pytest.raises(DeskError, match="no queue"):
        desk.create_ticket(draft(), ROUTING)


def test_an_international_address_of_a_queue_is_found_as_mail_servers_write_it() -> None:
    Queue.objects.create(name="Books", email="Support@Bücher.example")
    desk = MiniDesk()
    for address in ("support@xn--bcher-kva.example", "support@bücher.example", "SUPPORT@XN--BCHER-KVA.example"):
        assert desk.accepts_recipient(address)
        assert make.ticket(recipients=(address,)).queue == "Books"
    assert not desk.accepts_recipient("support@bucher.example")
