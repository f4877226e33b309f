"""The whole journey beside OTOBO, with all parts as processes over real sockets, while things go wrong on the way."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.otobo.chaos.customer import Customer
from tests.otobo.chaos.parts import running
from tests.otobo.chaos.site import CHECKBOX, Site, proven_mail, site
from tests.otobo.chaos.storm import daemon
from tests.otobo.fake import agents, answers, mails, rights
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.servers import Servers
from tests.support.product import wait_for

pytestmark = pytest.mark.processes
ANN = "ann@customer.example"
PLAN = b"%PDF-1.7" + bytes(range(256))


@pytest.fixture
def stopped(otobo_servers: Servers, otobo_kind: str, tmp_path: Path) -> Iterator[Site]:
    """A site that is set up, and does not run yet."""
    with site(otobo_servers, otobo_kind, tmp_path, "tests.otobo.chaos.impatient") as made:
        made.otobo.templates["SendCustomerNotification"] = f"Hello, your ticket: {answers.TAG}"
        yield made


@contextmanager
def started(made: Site) -> Iterator[None]:
    """It runs, and so does OTOBO's daemon."""
    with running(made.parts), daemon(made):
        made.wait_until_it_watches()
        yield


@pytest.fixture
def beside(stopped: Site) -> Iterator[Site]:
    """A site that runs."""
    with started(stopped):
        yield stopped


def kill(made: Site, words: str) -> None:
    """`kill -9` for all parts of a kind; they are started again."""
    for part in made.parts:
        if part.words[0] == words:
            part.kill(random.Random())


def opened(made: Site, subject: str) -> Filed:
    return mails.new_ticket(made.otobo, proven_mail(f"Ann Lee <{ANN}>", subject, "It burns."))


def replies(otobo: Otobo, ticket: Filed) -> list[str]:
    """What customers wrote on the ticket after its first article, as agents see it."""
    rows = otobo.database.rows(
        "SELECT m.a_body FROM article a JOIN article_data_mime m ON m.article_id = a.id JOIN article_sender_type s"
        " ON s.id = a.article_sender_type_id WHERE a.ticket_id = %s AND s.name = 'customer' ORDER BY a.id",
        ticket.id,
    )
    return [str(body).strip() for (body,) in rows][1:]


def told(otobo: Otobo, ticket: Filed) -> int:
    """How often agents were told of something on the ticket."""
    kind = otobo.id_of("ticket_history_type", "SendAgentNotification")
    sql = "SELECT COUNT(*) FROM ticket_history WHERE ticket_id = %s AND history_type_id = %s"
    return int(otobo.database.value(sql, ticket.id, kind))


def is_checked(otobo: Otobo, ticket: Filed) -> bool:
    sql = "SELECT v.object_id FROM dynamic_field_value v JOIN dynamic_field f ON f.id = v.field_id WHERE f.name = %s"
    return (ticket.id,) in otobo.database.rows(sql, CHECKBOX)


def customers(made: Site) -> list[str]:
    return [str(row[0]) for row in made.own("SELECT login FROM customers_customeruserrecord")]


def come_back(made: Site) -> Customer:
    """Ann with another browser, and all her mail."""
    return Customer(ANN, made.url, made.server, 300.0)


def test_from_a_strangers_mail_to_the_end_of_access(beside: Site) -> None:
    otobo, ann = beside.otobo, come_back(beside)

    # A stranger writes while OTOBO's database is silent to us, and a worker is killed over it.
    with beside.gate.silent():
        ticket = opened(beside, "Printer")
        kill(beside, "worker")
        time.sleep(2)
    page = ann.come_in()
    first = ann.links()[-1]
    assert page == f"{beside.url}/tickets/{ticket.number}"
    assert customers(beside) == [ANN]
    assert str(ann.mails()[-1]["Auto-Submitted"]) == "auto-generated", "OTOBO's own mail, passed on"
    wait_for("the checkbox", lambda: is_checked(otobo, ticket) or None)

    # She replies with a file. OTOBO's worker dies between two statements, and a later one with the answer in its hands.
    before = told(otobo, ticket)
    beside.rest.faults.dies_after, beside.rest.faults.dies, beside.rest.faults.silent = 2, 1, 1
    kill(beside, "web")
    ann.reply(page, "It still burns.", PLAN)
    kill(beside, "worker")
    wait_for("word to the agents", lambda: told(otobo, ticket) > before or None, 90)
    time.sleep(3)
    assert [text for text in replies(otobo, ticket) if text != "plan.pdf"] == ["It still burns."]
    assert told(otobo, ticket) == before + 1
    files = "SELECT content FROM article_data_mime_attachment WHERE filename = 'plan.pdf'"
    assert [otobo.database.read(content) for (content,) in otobo.database.rows(files)] == [PLAN]

    # The agent answers; her session shows it, while the database was cut off in between.
    agents.answer(otobo, ticket, f"Have you tried water? {answers.TAG}")
    ann.wait("the answer's mail", lambda: ann.links()[-1] != first)
    beside.gate.cut()
    assert "Have you tried water?" in ann.get(page).text
    newest = ann.links()[-1]

    # The old link elsewhere opens nothing, and says that a newer one is there; that one opens, once.
    assert ann.press(first).status_code == 303, "who is in stays in"
    other = come_back(beside)
    assert "newest mail" in other.press(first).text
    assert other.press(newest).status_code == 303
    spent = come_back(beside)
    assert spent.press(newest).status_code == 200
    spent.wait("a fresh link", lambda: spent.links()[-1] != newest)
    assert spent.come_in() == page

    # Closed, she still reads; once access has ended, nothing opens it, and the purge takes the tokens.
    agents.close(otobo, ticket)
    assert ann.get(page).status_code == 200
    beside.otalink("sysconfig", "set", "OneTimeAuth::AccessDaysAfterClose", "0")
    ann.wait("the end of access", lambda: ann.get(page).status_code != 200)
    agents.answer(otobo, ticket, f"Goodbye. {answers.TAG}")
    late = len(spent.mails())
    spent.wait("the last mail", lambda: len(spent.mails()) > late)
    assert "/l/" not in spent.mails()[-1].as_string()
    assert come_back(beside).press(spent.links()[-1]).status_code == 404
    beside.otalink("maintenance", "run", "DeleteExpiredOTATokens")
    assert beside.own("SELECT COUNT(*) FROM tokens_token") == [(0,)]
    assert "Traceback" not in beside.log()


def test_links_of_the_add_on_of_merged_and_of_deleted_tickets(stopped: Site) -> None:
    past, secret = with_the_add_on(stopped)
    with started(stopped):
        otobo, ann = stopped.otobo, come_back(stopped)
        main, merged, gone = opened(stopped, "Printer"), opened(stopped, "Toaster"), opened(stopped, "Lamp")
        ann.wait("three links", lambda: len(ann.links()) >= 3)
        links = {str(mail["Subject"]).split("]")[0].rpartition("#")[2]: link for mail, link in _linked(ann)}
        assert links.keys() == {main.number, merged.number, gone.number}, "no mail about the past"

        # A link that the published add-on made, taken over, opens once; after that it brings a fresh one.
        stopped.otalink("otobo", "import")
        old = f"{stopped.url}/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={past.number};OTAToken={secret}"
        place = stopped.url + come_back(stopped).get(old).headers["Location"]
        assert come_back(stopped).press(place).headers["Location"] == f"/tickets/{past.number}"
        assert come_back(stopped).press(place).status_code == 200, "only once"
        ann.wait("a fresh link", lambda: len(ann.links()) > 3)
        assert come_back(stopped).press(ann.links()[-1]).headers["Location"] == f"/tickets/{past.number}"

        # Merged: the link to the one leads to the other, and what is written there goes there.
        agents.merge(otobo, merged, main)
        mover = come_back(stopped)
        assert mover.press(links[merged.number]).headers["Location"] == f"/tickets/{main.number}"
        mover.reply(f"{stopped.url}/tickets/{main.number}", "Both, please.", PLAN)
        wait_for("the reply", lambda: "Both, please." in replies(otobo, main) or None)

        # Deleted: nothing is there any more, and nothing of it stays.
        agents.delete(otobo, gone)
        assert come_back(stopped).press(links[gone.number]).status_code == 404
    assert "Traceback" not in stopped.log()


def with_the_add_on(made: Site) -> tuple[Filed, str]:
    """A ticket from the time of the published add-on, and the secret of the link that it had mailed."""
    otobo = made.otobo
    otobo.auto_reply = otobo.notifies = False
    ticket, secret = opened(made, "Kettle"), "aB3dE5fG7hJ9kL1mN3pQ5rS7"
    otobo.auto_reply = otobo.notifies = True
    then = (datetime.now(UTC) - timedelta(hours=1)).replace(tzinfo=None, microsecond=0)
    otobo.database.insert(
        "ota_tokens", token=secret, ticket_number=ticket.number, user=ANN, used=2, change_time=then, create_time=then
    )
    rights.grant(otobo.database, "ota_tokens")
    return ticket, secret


def _linked(ann: Customer) -> list[tuple[dict[str, str], str]]:
    return [({"Subject": str(mail["Subject"])}, links[0]) for mail in ann.mails() if (links := ann.links_in(mail))]


@pytest.mark.parametrize("how", ["shut", "silent"])
def test_pages_say_try_later_in_bounded_time_while_otobos_database_does_not_answer(beside: Site, how: str) -> None:
    ann = come_back(beside)
    opened(beside, "Printer")
    page = ann.come_in()
    with getattr(beside.gate, how)():
        for url in (page, ann.links()[-1], f"{beside.url}/tickets/"):
            began = time.monotonic()
            answer = ann.browser.get(url, timeout=60, allow_redirects=False)
            assert answer.status_code == 503, url
            assert "Retry-After" in answer.headers
            assert time.monotonic() - began < 30
    assert ann.get(page).status_code == 200
