"""A scanner that presses every button of every mail costs the customer nothing: the code lets them in each time."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.test_whole_way import MAIL
from tests.notifications.reading import code_in
from tests.support.browser import chromium
from tests.support.product import Mailbox, Product, link_in
from tests.support.scanner import Scanner

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ROUNDS = 3
SENDER = "joerg@customer.example"


def scan_all(box: Mailbox, scanner: Scanner) -> None:
    """Let the scanner at every mail as it comes, also at those that its own pressing brings, until none comes."""
    while True:
        scanner.scan(box.next_mail())
        time.sleep(2)
        if len(box.messages) == box.read:
            return


def type_code(browser: Browser, product: Product, box: Mailbox, number: str) -> None:
    """The customer, on a device that keeps no cookies from last time, with the newest mail."""
    mail = box.messages[-1]
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(link_in(mail))
    page.get_by_label("code from the mail").fill(code_in(mail))
    page.get_by_role("button", name="Open my ticket").click()
    expect(page).to_have_url(f"{product.base_url}/tickets/{number}")
    expect(page.get_by_text("The printer in room 12 is on fire.")).to_be_visible()


def test_the_customer_gets_in_by_the_code_in_every_round(box_and_product: tuple[Mailbox, Product]) -> None:
    box, product = box_and_product
    product.deliver(MAIL, SENDER)
    with chromium() as browser:
        for number_of_round in range(ROUNDS):
            scanner = Scanner()
            scan_all(box, scanner)
            (ticket,) = product.command("ticket", "list")
            number, page = ticket["number"], f"{product.base_url}/tickets/{ticket['number']}"
            assert scanner.browsers
            type_code(browser, product, box, number)
            assert not scanner.is_in(page), "the code ended whatever the buttons had started"
            if number_of_round < ROUNDS - 1:
                product.command("ticket", "reply", number, "--body", f"Round {number_of_round + 1}.")
    # Its pressing was noticed, and it can press no more.
    assert [row["recipient"] for row in product.command("token", "switched")] == ["customer.example"]
    assert len(box.messages) <= 1 + ROUNDS + 3, "and it filled no mailbox"
