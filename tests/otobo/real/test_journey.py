"""From a stranger's mail to a reply with a file, beside a real OTOBO; see `site` for what must be there."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.otobo.real.site import Site, site
from tests.support.product import Mailbox, Product, link_in, mailbox, product, wait_for

pytestmark = pytest.mark.processes
_PLAN = b"%PDF-1.4 " + bytes(range(256))
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FORM = re.compile(r'name="form" value="([^"]+)"')


@pytest.fixture
def where() -> Site:
    return site()


@pytest.fixture
def box(where: Site) -> Iterator[tuple[Mailbox, int]]:
    with mailbox() as made:
        yield made


@pytest.fixture
def beside(where: Site, box: tuple[Mailbox, int], tmp_path: Path) -> Iterator[Product]:
    """otalink, running; its mail comes to the box."""
    environ = {**where.environ, "OTALINK_MAIL_URL": f"smtp://127.0.0.1:{box[1]}"}
    with product(tmp_path / "data", **environ) as made:
        made.start("run", "--bind", f"127.0.0.1:{made.web_port}")
        yield made


def stranger_s_mail(address: str, title: str, to: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Kim Sample <{address}>", to, title
    mail["Message-ID"] = f"<{secrets.token_hex(8)}@{address.partition('@')[2]}>"
    mail.set_content("It does not print.")
    return mail.as_bytes()


def rows(where: Site, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(where.database()) as database:
        return database.rows(sql, *values)


def mail_to(box: Mailbox, address: str, after: int = 0) -> EmailMessage:
    def look() -> EmailMessage | None:
        found = [mail for mail in box.messages[after:] if address in str(mail["To"])]
        return found[-1] if found else None

    return wait_for(f"a mail to {address}", look)


def press(browser: requests.Session, link: str) -> requests.Response:
    page = browser.get(link, timeout=30)
    csrf = _CSRF.search(page.text)
    assert csrf, page.text
    return browser.post(link, {"csrfmiddlewaretoken": csrf[1]}, headers={"Referer": link}, timeout=30)


def reply(browser: requests.Session, page: requests.Response, text: str) -> requests.Response:
    csrf, form = _CSRF.search(page.text), _FORM.search(page.text)
    assert csrf
    assert form
    return browser.post(
        page.url,
        {"csrfmiddlewaretoken": csrf[1], "form": form[1], "text": text},
        files={"attachments": ("plan.pdf", _PLAN, "application/pdf")},
        headers={"Referer": page.url},
        timeout=30,
    )


def test_check_finds_nothing_wrong(beside: Product) -> None:
    assert beside.command("check")["problems"] == []


def test_a_stranger_comes_in_by_otobo_s_mail_and_replies_with_a_file(
    where: Site, box: tuple[Mailbox, int], beside: Product
) -> None:
    word = secrets.token_hex(4)
    address, title = f"kim.{word}@customer.example", f"Printer {word}"
    where.feed(stranger_s_mail(address, title, where.to))
    wait_for("the customer user", lambda: address in str(beside.command("customer", "list")) or None)
    where.send()
    first = link_in(mail_to(box[0], address))
    browser = requests.Session()
    page = press(browser, first)
    ((ticket_id, number),) = rows(where, "SELECT id, tn FROM ticket WHERE title = %s", title)
    assert page.url == f"{beside.base_url}/tickets/{number}"
    assert "It does not print." in page.text
    assert "OTOBO_OTACustomerTicketLink" not in page.text

    assert "It still does not." in reply(browser, page, "It still does not.").text
    filed = (
        "SELECT article_id FROM article_data_mime m JOIN article a ON a.id = m.article_id"
        " WHERE a.ticket_id = %s AND m.a_body = %s"
    )
    ((article,),) = wait_for("the reply", lambda: rows(where, filed, ticket_id, "It still does not.") or None)
    # OTOBO has no transactions: the article is seen before its files.
    named = "SELECT content_size FROM article_data_mime_attachment WHERE article_id = %s AND filename = 'plan.pdf'"
    ((size,),) = wait_for("its file", lambda: rows(where, named, article) or None)
    assert int(size) == len(_PLAN)
    told = (
        "SELECT h.name FROM ticket_history h JOIN ticket_history_type t ON t.id = h.history_type_id"
        " WHERE h.ticket_id = %s AND t.name = 'FollowUp'"
    )
    wait_for("its history", lambda: rows(where, told, ticket_id) or None)

    came = len(box[0].messages)
    where.say(ticket_id, "Try the other tray.")
    second = link_in(mail_to(box[0], address, came))
    other = requests.Session()
    assert "newest mail" in press(other, first).text
    assert "Try the other tray." in press(other, second).text
    came = len(box[0].messages)
    assert "A new one is on its way" in press(requests.Session(), second).text
    assert link_in(mail_to(box[0], address, came)) not in {first, second}
