"""The way through a real browser, to Debian's Apache with mod_auth_openidc; and the pages by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.oidc import flow
from tests.oidc.flow import Party
from tests.oidc.test_relying_party import mail_from
from tests.support import make
from tests.support.apache import apache
from tests.support.browser import LOOK_NAMES, LOOKS, NewPage, check
from tests.support.product import Mailbox, Product, link_in, mailbox, product
from tests.support.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=LOOK_NAMES)
def test_every_page_is_accessible_and_fits(new_page: NewPage, desk: Party, size: dict[str, int], scheme: str) -> None:
    page = new_page(size=size, scheme=scheme)
    check(page, f"/oidc/authorize?{flow.query(desk)}")
    page.get_by_label("Your e-mail address").fill(make.ANN)
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_role("heading", name="Check your mailbox")).to_be_visible()
    check(page)
    page.get_by_label("Code from the mail").fill("0000-0000")
    page.get_by_role("button", name="Sign in to").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    check(page, "/oidc/authorize?x=1")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Mailbox, Product]]:
    """A running product with the provider on, and a customer user who wrote to it."""
    with mailbox() as (box, port), product(tmp_path / "data", OTALINK_MAIL_URL=f"smtp://127.0.0.1:{port}") as made:
        # Before it runs: it sees a change a moment late.
        made.command("sysconfig", "set", "OpenIDProvider::Active", "1")
        made.start()
        made.deliver(mail_from(make.ANN), make.ANN)
        yield box, made


def _sign_in(page: Page, box: Mailbox) -> None:
    page.get_by_role("button", name="Mail me a code").first.click()
    page.get_by_label("Code from the mail").fill(flow.code_in(box.next_mail()))
    page.get_by_role("button", name="Sign in to").click()


@pytest.mark.processes
def test_a_certified_client_lets_in_whom_we_vouch_for(running: tuple[Mailbox, Product], browser: Browser) -> None:
    box, made = running
    port = free_port()
    words = ("oidc", "client", "add", "apache", "--redirect-uri", f"http://127.0.0.1:{port}/protected/callback")
    after = f"http://127.0.0.1:{port}/bye.html"
    added = made.command(*words, "--after-sign-out", after)
    link = link_in(box.next_mail())
    with apache(port, f"{made.base_url}/oidc", "apache", added["secret"]) as url:
        page = browser.new_context(java_script_enabled=False).new_page()
        # A ticket's link signs in for its ticket alone; the code of another mail for everything.
        page.goto(link)
        page.get_by_role("button", name="Open my ticket").click()
        page.goto(f"{url}/protected/index.html?ticket=1;x=%2B")
        expect(page.get_by_text("You are Ann Lee")).to_be_visible()
        _sign_in(page, box)
        expect(page.get_by_text("All tickets of yours")).to_be_visible()
        assert page.url == f"{url}/protected/index.html?ticket=1;x=%2B"
        seen = page.reload()
        assert seen is not None
        assert seen.headers["x-seen-user"] == make.ANN

        # From another client's point of view, or after the desk's own session, nobody is asked again.
        page.context.clear_cookies(name="mod_auth_openidc_session")
        page.goto(f"{url}/protected/index.html")
        expect(page.get_by_text("All tickets of yours")).to_be_visible()

        # Signing out there signs out here.
        page.goto(f"{url}/protected/callback?logout={after}")
        expect(page.get_by_text("Signed out of the desk")).to_be_visible()
        page.goto(f"{made.base_url}/tickets/")
        expect(page).to_have_url(f"{made.base_url}/sign-in")
        page.goto(f"{url}/protected/index.html")
        expect(page.get_by_role("heading", name="Sign in to apache")).to_be_visible()
