"""A desk with a few days of life in it, for the screenshots."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import timedelta

import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from sample_people import AGENT_PASSWORD, ALEX, KIM

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.desk.types import ArticleDraft, Attachment, Routing, SenderType, Ticket
from otalink.minidesk import filing
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField, Queue

QUESTION = """Hello,

since this morning the espresso machine shows E14 and does not heat any more. I have unplugged it twice and checked \
the water tank. A photo of the display is attached.

Is there anything I can try myself? We open again on Thursday.

Kind regards
Kim Sample"""

ANSWER_HTML = """<p>Hello Kim,</p><p>E14 means that the heater was switched off because the machine was too hot. \
You can reset it yourself in two minutes:</p><ol><li>Switch the machine off and wait until it has cooled down.</li>\
<li>Press the small red button below the drip tray, as marked in the picture.</li><li>Switch it on again.</li></ol>\
<p><img src="cid:heater" alt="The reset button below the drip tray"></p>\
<p>The whole procedure is in chapter 6 of the <a href="https://example.com/manuals/aria-2">manual</a>. If E14 comes \
back, we send a technician before Thursday.</p><p>Kind regards<br>Robin Agent</p>"""

THANKS = """That worked, thank you! It heats again.

Could you still have a look at it when somebody is in the area?

On Mon, 23 Nov 2026 at 11:02, Robin Agent wrote:
> Hello Kim,
>
> E14 means that the heater was switched off because the machine
> was too hot. You can reset it yourself in two minutes."""


def picture() -> bytes:
    """A drawing of a machine with a red button, as PNG."""
    width, height = 560, 200
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += _pixel(x, y)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pixel(x: int, y: int) -> bytes:
    if (x - 400) ** 2 + (y - 142) ** 2 < 100:
        return b"\xd0\x3b\x2c"
    if 150 < x < 460 and 118 < y < 166:
        return b"\x4b\x5a\x5e"
    if 120 < x < 490 and 30 < y < 166:
        return b"\xb9\xc6\xc8"
    return b"\xea\xef\xef"


def build() -> dict[str, Ticket]:
    """Make customer users, an agent and tickets; returns the tickets the screenshots show."""
    directory.add(CustomerUser(KIM, KIM, "Corner Coffee", "Kim", "Sample", language="en"), "CustomerUser")
    directory.add(CustomerUser(ALEX, ALEX, "example.com", "Alex", "Muster", language="de"), "CustomerUser")
    User.objects.create_superuser("robin", password=AGENT_PASSWORD, first_name="Robin", last_name="Agent")
    Queue.objects.update(name="Repairs", email="repairs@example.com", sender_name="Aria Repairs")
    Queue.objects.create(name="Orders", email="orders@example.com", sender_name="Aria Orders")
    DynamicField.objects.create(name="NewCustomer", label="New customer", type="checkbox")
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        _others()
    with time_machine.travel(timezone.now() - timedelta(hours=3), tick=True):
        wish = "Could you send me a copy of invoice 4471?"
        invoice = _ticket(_draft(KIM, "Kim Sample", "Copy of invoice 4471", wish), "Orders")
        filing.set_state(filing.find(invoice.number), "closed successful")
        fault = "Guten Tag,\n\ndas Mahlwerk dreht sich nicht mehr."
        german = _ticket(_draft(ALEX, "Alex Muster", "Mahlwerk blockiert", fault))
        main = _conversation()
    return {"main": main, "german": german, "closed": invoice}


def _conversation() -> Ticket:
    desk = MiniDesk()
    photo = Attachment("display.png", "image/png", picture())
    question = _draft(KIM, "Kim Sample", "Espresso machine shows E14", QUESTION)
    ticket = _ticket(replace(question, attachments=(photo,)))
    filing.set_dynamic_field(filing.find(ticket.number), "NewCustomer", "1")
    drawing = Attachment("heater.png", "image/png", picture(), "heater")
    manual = Attachment("Manual Aria 2, chapter 6.pdf", "application/pdf", b"%PDF-1.7" + b"\0" * 412_000)
    agent = replace(_draft("repairs@example.com", "Robin Agent", "Re", ""), sender_type=SenderType.AGENT)
    answer = replace(agent, html=ANSWER_HTML, attachments=(drawing, manual))
    note = replace(agent, text="Still under warranty until March.", visible_for_customer=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=48), tick=True):
        desk.add_agent_reply(ticket.number, note)
        desk.add_agent_reply(ticket.number, answer)
    with time_machine.travel(timezone.now() + timedelta(minutes=131), tick=True):
        desk.add_follow_up(ticket.number, _draft(KIM, "Kim Sample", "Re", THANKS))
    return ticket


def _others() -> None:
    subjects = {
        "Order 2208 has not arrived": "open",
        "Descaling: which product?": "new",
        "Wrong grinder delivered": "pending reminder",
        "Milk foam too thin": "open",
    }
    for n, (subject, state) in enumerate(subjects.items()):
        other = _ticket(_draft(f"guest{n}@example.net", f"Guest {n}", subject, "Hello, could you help me with this?"))
        filing.set_state(filing.find(other.number), state)


def _ticket(draft: ArticleDraft, queue: str = "Repairs") -> Ticket:
    return MiniDesk().create_ticket(draft, Routing(draft.from_address, draft.from_address, queue=queue))


def _draft(address: str, name: str, subject: str, text: str) -> ArticleDraft:
    return ArticleDraft(SenderType.CUSTOMER, address, name, subject, text)
