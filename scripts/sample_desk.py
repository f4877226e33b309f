"""A desk with a few days of life in it, for the screenshots."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import timedelta

import sample_mail
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from sample_mail import DESK, Letter, receive
from sample_people import AGENT_PASSWORD, ALEX, KIM

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.desk.types import ArticleDraft, Attachment, SenderType
from otalink.desk_pages import people
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField, Queue

QUESTION = """Hello,

since this morning the espresso machine shows E14 and does not heat any more. I have unplugged it twice and checked \
the water tank. A photo of the display is attached.

Is there anything I can try myself? We open again on Thursday.

Kind regards
Kim Sample"""

ANSWER = """Hello Kim,

E14 means that the heater was switched off because the machine was too hot. You can reset it yourself in two minutes:

1. Switch the machine off and wait until it has cooled down.
2. Press the small red button below the drip tray, as marked in the picture.
3. Switch it on again.

The whole procedure is in chapter 6 of the manual. If E14 comes back, we send a technician before Thursday.

Kind regards
Robin Agent"""

ANSWER_HTML = """<p>Hello Kim,</p><p>E14 means that the heater was switched off because the machine was too hot. \
You can reset it yourself in two minutes:</p><ol><li>Switch the machine off and wait until it has cooled down.</li>\
<li>Press the small red button below the drip tray, as marked in the picture.</li><li>Switch it on again.</li></ol>\
<p><img src="cid:heater" alt="The reset button below the drip tray"></p>\
<p>The whole procedure is in chapter 6 of the <a href="https://example.com/manuals/aria-2">manual</a>. If E14 comes \
back, we send a technician before Thursday.</p><p>Kind regards<br>Robin Agent</p>"""

THANKS = """That worked, thank you! It heats again.

Could you still have a look at it when somebody is in the area?

On Fri, 27 Nov 2026 at 10:12, Robin Agent <support@print.example> wrote:
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


def build() -> dict[str, str]:
    """Make customer users, an agent and tickets; returns the numbers of the tickets the screenshots show."""
    directory.add(CustomerUser(KIM, KIM, "Corner Coffee", "Kim", "Sample", language="en"), "CustomerUser")
    directory.add(CustomerUser(ALEX, ALEX, "example.com", "Alex", "Muster", language="de"), "CustomerUser")
    User.objects.create_superuser("robin", password=AGENT_PASSWORD, first_name="Robin", last_name="Agent")
    Queue.objects.update(name="Repairs", email=DESK, sender_name="Aria Repairs")
    Queue.objects.create(name="Orders", email="orders@example.com", sender_name="Aria Orders")
    DynamicField.objects.create(name="NewCustomer", label="New customer", type="checkbox")
    sample_mail.trust_our_server()
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        _others()
    with time_machine.travel(timezone.now() - timedelta(hours=3), tick=True):
        return _of_today()


def _of_today() -> dict[str, str]:
    wish = "Hello,\n\ncould you send me a copy of invoice 4471?\n\nKim Sample"
    invoice = receive(Letter("Kim Sample", KIM, "Copy of invoice 4471", wish, to="orders@example.com")).ticket
    changes.set_state(changes.find(invoice), "closed successful")
    fault = "Guten Tag,\n\ndas Mahlwerk dreht sich nicht mehr.\n\nAlex Muster"
    german = receive(Letter("Alex Muster", ALEX, "Mahlwerk blockiert", fault)).ticket
    forged = "dmarc=fail (p=reject) header.from={domain}"
    order = "Please send the invoice for the attached order to a new bank account.\n\nBookkeeping"
    waiting = receive(Letter("Bookkeeping", "books@example.org", "Changed bank account", order, proof=forged)).ticket
    return {"main": _conversation(), "german": german, "closed": invoice, "waiting": waiting}


def _conversation() -> str:
    photo = Attachment("display.png", "image/png", picture())
    question = Letter("Kim Sample", KIM, "Espresso machine shows E14", QUESTION, files=(photo,))
    number = receive(question).ticket
    changes.set_dynamic_field(changes.find(number), "NewCustomer", "1")
    with time_machine.travel(timezone.now() + timedelta(minutes=48), tick=True):
        _answer(number)
        people.take_in(number, "sam@example.net")
    with time_machine.travel(timezone.now() + timedelta(minutes=131), tick=True):
        receive(replace(question, subject=f"Re: [Ticket#{number}] {question.subject}", text=THANKS, files=()))
    return number


def _answer(number: str) -> None:
    drawing = Attachment("heater.png", "image/png", picture(), "heater")
    manual = Attachment("Manual Aria 2, chapter 6.pdf", "application/pdf", b"%PDF-1.7" + b"\0" * 412_000)
    answer = ArticleDraft(SenderType.AGENT, DESK, "Robin Agent", "Re: Espresso machine shows E14", "")
    note = replace(answer, text="Still under warranty until March.", visible_for_customer=False)
    desk = MiniDesk()
    desk.add_agent_reply(number, note)
    desk.add_agent_reply(number, replace(answer, text=ANSWER, html=ANSWER_HTML, attachments=(drawing, manual)))


def _others() -> None:
    subjects = {
        "Order 2208 has not arrived": "open",
        "Descaling: which product?": "new",
        "Wrong grinder delivered": "pending reminder",
        "Milk foam too thin": "open",
    }
    for n, (subject, state) in enumerate(subjects.items()):
        text = f"Hello,\n\ncould you help me with this?\n\nGuest {n + 1}"
        number = receive(Letter(f"Guest {n + 1}", f"guest{n + 1}@example.net", subject, text)).ticket
        changes.set_state(changes.find(number), state)
