"""Tickets while everything is killed: mail, customer user, link, button, and a reply with a file, once in OTOBO."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf

from otalink.otobo import facts
from tests.otobo.chaos.customer import Customer, Patience
from tests.otobo.chaos.parts import killed_at_random, running
from tests.otobo.chaos.site import CHECKBOX, Site, proven_mail
from tests.otobo.fake import answers, mails
from tests.otobo.fake.core import Filed

CUSTOMERS_AT_ONCE = 16
# Seconds between two rounds of OTOBO's daemon, which hands its mail over; a real one has a minute.
DAEMON = 1.0


@dataclass
class Storm:
    """`faults` is everything that is not as it should be, a line each; `asked` how often a new link was asked for."""

    tickets: int
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    accidents: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    asked: int = 0
    mailed_twice: int = 0
    faults: list[str] = field(default_factory=list)


def run(site: Site, tickets: int, *, between: tuple[float, float], patience: float, most: float = inf) -> Storm:
    """One storm of so many tickets; a customer waits for `patience` seconds.

    Kills come `between` so many seconds, and `most` in all.
    """
    storm = Storm(tickets)
    with running(site.parts):
        site.wait_until_it_watches()
        started = time.monotonic()
        customers = [Customer(f"person@company{n}.example", site.url, site.server, patience) for n in range(tickets)]
        with (
            daemon(site),
            killed_at_random(site.parts, between, most),
            _accidents(site, storm),
            ThreadPoolExecutor(CUSTOMERS_AT_ONCE) as pool,
        ):
            filed = list(pool.map(lambda each: _whole_way(site, storm, *each), enumerate(customers)))
        _wait_until_filed(site, tickets, patience)
        storm.seconds = time.monotonic() - started
    storm.kills = Counter({f"{n} {part.words[0]}": part.kills for n, part in enumerate(site.parts)})
    storm.asked = sum(each.asked for each in customers)
    storm.statuses = sum((Counter(each.statuses) for each in customers), Counter())
    storm.mailed_twice = sum(max(0, len(each.links()) - 1) for each in customers)
    storm.faults += _wrong(site, [each for each in filed if each])
    return storm


def text_of(number: int) -> str:
    """What a customer replies."""
    return f"Reply of person {number}."


def file_of(number: int) -> bytes:
    """The file of that reply."""
    return b"%PDF-1.7 " + str(number).encode() * 100


def _whole_way(site: Site, storm: Storm, number: int, customer: Customer) -> Filed | None:
    otobo = site.otobo.another()
    try:
        raw = proven_mail(f"Person {number} <{customer.address}>", f"Request {number}", "It burns.")
        filed = mails.new_ticket(otobo, raw)
        customer.reply(customer.come_in(), text_of(number), file_of(number))
    except (Patience, AssertionError) as error:
        storm.faults.append(f"person {number}: {error}"[:500])
        return None
    finally:
        otobo.database.close()
    return filed


@contextmanager
def daemon(site: Site) -> Iterator[None]:
    """OTOBO's daemon, with the patience that `otalink otobo config` gives it."""
    done, otobo = threading.Event(), site.otobo.another()

    def send() -> None:
        while not done.wait(DAEMON):
            answers.send_queue(otobo, "127.0.0.1", site.relay, facts.MAIL_ATTEMPTS)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        otobo.database.close()


@contextmanager
def _accidents(site: Site, storm: Storm) -> Iterator[None]:
    """OTOBO's own web workers die too: between two statements, or with the answer in their hands."""
    done, chance = threading.Event(), random.Random()

    def happen() -> None:
        while not done.wait(chance.uniform(1.0, 4.0)):
            what = chance.choice(["dies", "silent"])
            site.rest.faults.dies_after = chance.randrange(14)
            setattr(site.rest.faults, what, 1)
            storm.accidents[what] += 1

    thread = threading.Thread(target=happen)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        site.rest.faults.dies = site.rest.faults.silent = 0


# What only brings files that were missing has their names as its text.
_REPLIES = (
    "SELECT a.ticket_id, a.id, m.a_body FROM article a JOIN article_data_mime m ON m.article_id = a.id"
    " JOIN communication_channel c ON c.id = a.communication_channel_id JOIN article_sender_type s"
    " ON s.id = a.article_sender_type_id WHERE c.name = 'Internal' AND s.name = 'customer'"
    " AND m.a_body <> 'plan.pdf'"
)


def _wait_until_filed(site: Site, tickets: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not _is_done(site, tickets):
        time.sleep(0.5)
    # What would be filed twice may be on its way.
    time.sleep(2)


def _is_done(site: Site, tickets: int) -> bool:
    rows = site.otobo.database.rows(_REPLIES)
    return len({row[0] for row in rows}) >= tickets and len(_checked(site)) >= tickets and not _incomplete(site, rows)


def _incomplete(site: Site, rows: list[tuple[int, int, str]]) -> list[int]:
    """Tickets whose reply lacks its file or its history; what died halfway is mended beside it."""
    files = (
        "SELECT a.ticket_id, COUNT(*) FROM article_data_mime_attachment f JOIN article a ON a.id = f.article_id"
        " WHERE f.filename = 'plan.pdf' GROUP BY a.ticket_id"
    )
    often = {int(ticket): int(count) for ticket, count in site.otobo.database.rows(files)}
    told = "SELECT DISTINCT ticket_id FROM ticket_history WHERE name LIKE %s"
    known = {int(ticket) for (ticket,) in site.otobo.database.rows(told, "%otalink %")}
    return [ticket for ticket in {int(row[0]) for row in rows} if often.get(ticket) != 1 or ticket not in known]


def _checked(site: Site) -> set[int]:
    sql = "SELECT v.object_id FROM dynamic_field_value v JOIN dynamic_field f ON f.id = v.field_id"
    return {row[0] for row in site.otobo.database.rows(f"{sql} WHERE f.name = %s AND v.value_int = 1", CHECKBOX)}


def _wrong(site: Site, filed: list[Filed]) -> list[str]:
    rows = site.otobo.database.rows(_REPLIES)
    times = Counter((int(ticket), str(body).strip()) for ticket, _, body in rows)
    titles = {int(id_): str(title) for id_, title in site.otobo.database.rows("SELECT id, title FROM ticket")}
    expected = {(each.id, text_of(int(titles[each.id].split()[1]))) for each in filed}
    checked = _checked(site)
    return [
        *(f"not in OTOBO: ticket {ticket}: {text}" for ticket, text in sorted(expected - times.keys())),
        *(f"{often} times in OTOBO: ticket {ticket}: {text}" for (ticket, text), often in times.items() if often > 1),
        *(f"not theirs: ticket {ticket}: {text}" for ticket, text in sorted(times.keys() - expected)),
        *(f"not one file, or nobody told: ticket {ticket}" for ticket in _incomplete(site, rows)),
        *(f"checkbox not set: ticket {each.id}" for each in filed if each.id not in checked),
        *_doubled_customers(site),
    ]


def _doubled_customers(site: Site) -> list[str]:
    rows = site.own("SELECT LOWER(email), COUNT(*) FROM customers_customeruserrecord GROUP BY LOWER(email)")
    return [f"{often} customer users: {email}" for email, often in rows if often > 1]
