"""The whole way, through real servers: a mail comes in, its sender gets in, until access ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import formatdate

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import chromium
from tests.support.product import Mailbox, Product, link_in

pytestmark = [pytest.mark.browser, pytest.mark.processes]

MAIL = f"""From: =?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= <joerg@customer.example>\r
To: Support <support@localhost>\r
Subject: Printer on fire\r
Message-ID: <first@customer.example>\r
Date: {formatdate()}\r
Content-Type: text/plain; charset=utf-8\r
\r
The printer in room 12 is on fire.\r
""".encode()


def reply_to(mail: object, text: str) -> bytes:
    """What the customer's mail program sends when they answer a mail."""
    return (
        f"From: joerg@customer.example\r\nTo: support@localhost\r\nSubject: Re: {mail['Subject']}\r\n"  # type: ignore[index]
        f"Message-ID: <{abs(hash(text))}@customer.example>\r\nIn-Reply-To: {mail['Message-ID']}\r\n\r\n{text}\r\n"  # type: ignore[index]
    ).encode()


def click(page: Page, link: str) -> None:
    """Open a link from a mail and press its one button."""
    page.goto(link)
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(1)
    page.get_by_role("main").get_by_role("button").click()


def test_from_a_mail_to_the_ticket_and_to_the_end_of_access(box_and_product: tuple[Mailbox, Product]) -> None:
    box, product = box_and_product
    product.deliver(MAIL, "joerg@customer.example")

    # The sender is a customer user now, with a ticket, and gets a mail with their own link.
    answer = box.next_mail()
    (ticket,) = product.command("ticket", "list")
    number = ticket["number"]
    (customer,) = product.command("customer", "list")
    assert (customer["first_name"], customer["last_name"]) == ("Jörg", "Müller")
    assert answer["To"].addresses[0].addr_spec == "joerg@customer.example"
    assert f"[Ticket#{number}]" in answer["Subject"]
    assert answer["In-Reply-To"] == "<first@customer.example>"
    link = link_in(answer)

    with chromium() as browser:
        page = browser.new_page()
        # A scanner that opens the link ten times burns nothing.
        for _ in range(10):
            assert browser.new_page().goto(link).status == 200  # type: ignore[union-attr]
        click(page, link)
        expect(page).to_have_url(f"{product.base_url}/tickets/{number}")
        expect(page.get_by_text("The printer in room 12 is on fire.")).to_be_visible()

        # The customer answers in the portal, the agent by command; the agent's mail carries a new link.
        page.get_by_role("textbox").fill("It has stopped burning.")
        page.get_by_role("button", name="Send reply").click()
        expect(page.get_by_text("It has stopped burning.")).to_be_visible()
        product.command("ticket", "reply", number, "--body", "We are bringing a new one.")
        newest = box.next_mail()
        assert "We are bringing a new one." in newest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert link_in(newest) != link

        # Somebody else with the used link: a newer one works, so nothing is mailed.
        stranger = browser.new_context().new_page()
        stranger.goto(link)
        expect(stranger.get_by_text("newest mail")).to_be_visible()
        assert box.is_quiet(2)

        # The newest link works once, in another browser.
        phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        click(phone, link_in(newest))
        expect(phone.get_by_text("We are bringing a new one.")).to_be_visible()

        # Now no link is left, so the old one brings a fresh one by mail.
        click(stranger, link)
        expect(stranger.get_by_text("on its way to your mailbox")).to_be_visible()
        fresh = box.next_mail()
        assert fresh["Auto-Submitted"]
        other = browser.new_context().new_page()
        click(other, link_in(fresh))
        expect(other).to_have_url(f"{product.base_url}/tickets/{number}")

        # An answer by mail lands on the ticket, and writing to a closed ticket opens it again.
        product.command("ticket", "close", number)
        product.deliver(reply_to(newest, "One more thing."), "joerg@customer.example")
        other.reload()
        expect(other.get_by_text("One more thing.")).to_be_visible()
        assert product.command("ticket", "show", number)["state"] == "open"

        # Access ends: for links, and for sessions that are open.
        product.command("ticket", "reply", number, "--body", "Good bye.")
        last = link_in(box.next_mail())
        ended = datetime.now(UTC) - timedelta(days=14, seconds=1)
        product.command("ticket", "close", number, "--at", ended.isoformat())
        late = browser.new_context().new_page()
        assert late.goto(last).status in {404, 410}  # type: ignore[union-attr]
        expect(late.get_by_text("not valid")).to_be_visible()
        other.reload()
        expect(other.get_by_text("One more thing.")).to_have_count(0)

    # The clean-up deletes the ticket's tokens; the journey left four of them.
    assert product.command("maintenance", "run", "DeleteExpiredOTATokens") == {"deleted": 4}
    assert product.command("token", "list", number) == []
    secrets = [each.rpartition("/")[2] for each in (link, link_in(newest), link_in(fresh), last)]
    assert not any(secret in product.log() for secret in secrets)
