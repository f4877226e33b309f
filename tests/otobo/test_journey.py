"""The whole journey beside OTOBO, with all parts as processes over real sockets, while things go wrong on the way."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.otobo.chaos.customer import Customer
from tests.otobo.chaos.parts import running
from tests.otobo.chaos.site import CHECKBOX, Site, proven_mail, site
from tests.otobo.chaos.storm import daemon
from tests.otobo.fake import agents, answers, mails, rights
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.servers import KINDS, Servers
from tests.support.product import wait_for

pytestmark = pytest.mark.processes
# A customer for each journey: all come to one site, which goes on running.
ANN, BEN, CAT = "ann@customer.example", "ben@company.example", "cat@firm.example"
PLAN = b"%PDF-1.7" + bytes(range(256))
SECRET = "aB3dE5fG7hJ9kL1mN3pQ5rS7"


@pytest.fixture(scope="module", params=KINDS)
def otobo_kind(request: pytest.FixtureRequest) -> str:
    """The kinds of database that OTOBO runs on."""
    return str(request.param)


@pytest.fixture(scope="module")
def stopped(otobo_servers: Servers, otobo_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that is set up, and does not run yet."""
    with site(otobo_servers, otobo_kind, tmp_path_factory.mktemp("site"), "tests.otobo.chaos.impatient") as made:
        made.otobo.templates["SendCustomerNotification"] = f"Hello, your ticket: {answers.TAG}"
        yield made


@pytest.fixture(scope="module")
def past(stopped: Site) -> Filed:
    """Ben's ticket from the time of the published add-on, which had mailed a link to it with this `SECRET`."""
    otobo = stopped.otobo
    otobo.auto_reply = otobo.notifies = False
    ticket = opened(stopped, BEN, "Kettle")
    otobo.auto_reply = otobo.notifies = True
    then = (datetime.now(UTC) - timedelta(hours=1)).replace(tzinfo=None, microsecond=0)
    otobo.database.insert(
        "ota_tokens", token=SECRET, ticket_number=ticket.number, user=BEN, used=2, change_time=then, create_time=then
    )
    rights.grant(otobo.database, "ota_tokens")
    return ticket


@pytest.fixture(scope="module")
def running_site(stopped: Site, past: Filed) -> Iterator[Site]:
    """It runs, and so does OTOBO's daemon; what happened before is past."""
    with running(stopped.parts), daemon(stopped):
        stopped.wait_until_it_watches()
        yield stopped


@pytest.fixture
def beside(running_site: Site) -> Iterator[Site]:
    """A site that runs, and at which nothing breaks."""
    yield running_site
    assert "Traceback" not in running_site.log()


def kill(made: Site, words: str) -> None:
    """`kill -9` for all parts of a kind; they are started again."""
    for part in made.parts:
        if part.words[0] == words:
            part.kill(random.Random())


def opened(made: Site, address: str, subject: str) -> Filed:
    return mails.new_ticket(made.otobo, proven_mail(f"Some Body <{address}>", subject, "It burns."))


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


def customers(made: Site, address: str) -> list[str]:
    rows = made.own(f"SELECT login FROM customers_customeruserrecord WHERE login = '{address}'")
    return [str(login) for (login,) in rows]


def come_back(made: Site, address: str) -> Customer:
    """Somebody with another browser, and all their mail."""
    return Customer(address, made.url, made.server, 300.0)


def links_by_ticket(customer: Customer) -> dict[str, str]:
    """Their newest links by the number in the subject."""
    found = [(str(mail["Subject"]), links) for mail in customer.mails() if (links := customer.links_in(mail))]
    return {subject.split("]")[0].rpartition("#")[2]: links[0] for subject, links in found}


def test_from_a_strangers_mail_to_the_end_of_access(beside: Site) -> None:
    otobo, ann = beside.otobo, come_back(beside, ANN)

    # A stranger writes while OTOBO's database is silent to us, and a worker is killed over it.
    with beside.gate.silent():
        ticket = opened(beside, ANN, "Printer")
        kill(beside, "worker")
        time.sleep(2)
    page = ann.come_in()
    first = ann.links()[-1]
    assert page == f"{beside.url}/tickets/{ticket.number}"
    assert customers(beside, ANN) == [ANN]
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
    other = come_back(beside, ANN)
    assert "newest mail" in other.press(first).text
    assert other.press(newest).status_code == 303
    spent = come_back(beside, ANN)
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
    assert come_back(beside, ANN).press(spent.links()[-1]).status_code == 404
    beside.otalink("maintenance", "run", "DeleteExpiredOTATokens")
    assert beside.own(f"SELECT COUNT(*) FROM tokens_token WHERE customer_login = '{ANN}'") == [(0,)]
    beside.otalink("sysconfig", "reset", "OneTimeAuth::AccessDaysAfterClose")


def test_links_of_the_add_on_of_merged_and_of_deleted_tickets(beside: Site, past: Filed) -> None:
    otobo, ben = beside.otobo, come_back(beside, BEN)
    main, merged, gone = (opened(beside, BEN, subject) for subject in ("Printer", "Toaster", "Lamp"))
    ben.wait("three links", lambda: len(ben.links()) >= 3)
    by_ticket = links_by_ticket(ben)
    assert by_ticket.keys() == {main.number, merged.number, gone.number}, "no mail about the past"

    # A link that the published add-on made, taken over, opens once; after that it brings a fresh one.
    beside.otalink("otobo", "import")
    old = f"{beside.url}/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={past.number};OTAToken={SECRET}"
    place = beside.url + come_back(beside, BEN).get(old).headers["Location"]
    assert come_back(beside, BEN).press(place).headers["Location"] == f"/tickets/{past.number}"
    assert come_back(beside, BEN).press(place).status_code == 200, "only once"
    ben.wait("a fresh link", lambda: len(ben.links()) > 3)
    assert come_back(beside, BEN).press(ben.links()[-1]).headers["Location"] == f"/tickets/{past.number}"

    # Merged: the link to the one leads to the other, and what is written there goes there.
    agents.merge(otobo, merged, main)
    mover = come_back(beside, BEN)
    assert mover.press(by_ticket[merged.number]).headers["Location"] == f"/tickets/{main.number}"
    mover.reply(f"{beside.url}/tickets/{main.number}", "Both, please.", PLAN)
    wait_for("the reply", lambda: "Both, please." in replies(otobo, main) or None)

    # Deleted: nothing is there any more, and nothing of it stays.
    agents.delete(otobo, gone)
    assert come_back(beside, BEN).press(by_ticket[gone.number]).status_code == 404


def test_pages_say_try_later_in_bounded_time_while_otobos_database_does_not_answer(beside: Site) -> None:
    cat = come_back(beside, CAT)
    opened(beside, CAT, "Printer")
    page = cat.come_in()
    for trouble in (beside.gate.shut, beside.gate.silent):
        with trouble():
            for url in (page, cat.links()[-1], f"{beside.url}/tickets/"):
                began = time.monotonic()
                answer = cat.browser.get(url, timeout=60, allow_redirects=False)
                assert answer.status_code == 503, url
                assert "Retry-After" in answer.headers
                assert time.monotonic() - began < 15
        assert cat.get(page).status_code == 200
