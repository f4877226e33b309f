"""The pages in a real browser: the whole way without JavaScript, every page accessible, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Route, expect

from otalink.desk.types import Attachment, SenderType, Ticket
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.models import OutboxMail
from otalink.portal import sessions
from tests.portal.conftest import NewLink, NewMail
from tests.portal.test_tickets import PNG
from tests.support import make
from tests.support.browser import DESKTOP, LOOK_NAMES, LOOKS, PHONE, NewPage, check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conversation(ticket: Ticket) -> Ticket:
    """A ticket with all that an article may have."""
    logo, report = (
        Attachment("logo.png", "image/png", PNG, "logo"),
        Attachment("report.pdf", "application/pdf", b"%PDF"),
    )
    html = (
        '<h1>Hello</h1><p>See <img src="cid:logo"> and <img src="https://tracker.example/x.gif"></p>'
        '<script>document.title="taken over"</script><table><tr><td>1</td></tr></table><a href="https://a.example">a</a>'
    )
    desk = MiniDesk()
    desk.add_agent_reply(
        ticket.number, make.draft("Hello", html=html, attachments=(logo, report), sender_type=SenderType.AGENT)
    )
    desk.add_agent_reply(
        ticket.number, make.draft("Internal", sender_type=SenderType.AGENT, visible_for_customer=False)
    )
    desk.add_follow_up(
        ticket.number,
        make.draft(
            "Thanks\n\nOn Mon, 23 Nov 2026 at 10:00, Desk <support@localhost> wrote:\n> Hello\n> https://example.com/a"
        ),
    )
    return ticket


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_whole_way_works_without_javascript(
    new_page: NewPage, ticket: Ticket, new_link: NewLink, tmp_path: Path, size: dict[str, int]
) -> None:
    page, link = new_page(javascript=False, size=size), new_link(ticket.number)
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)

    page.goto(link)
    page.get_by_role("button", name="Open my ticket").click()
    expect(page).to_have_url(f"/tickets/{ticket.number}")
    expect(page.get_by_text("The printer is on fire.")).to_be_visible()

    page.get_by_label("Message").fill("It is out now.")
    page.get_by_label("Attachments up to").set_input_files(photo)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply has arrived")).to_be_visible()
    expect(page.get_by_text("It is out now.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="photo.png").click()
    assert download.value.suggested_filename == "photo.png"
    assert download.value.path().read_bytes() == PNG

    page.go_back()
    page.goto(link)
    expect(page).to_have_url(f"/tickets/{ticket.number}")
    page.get_by_role("link", name="My tickets").click()
    page.get_by_role("link", name="Printer").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out")).to_be_visible()

    page.goto(link)
    page.get_by_role("button", name="Send me a new link").click()
    expect(page.get_by_role("heading", name="Check your mailbox")).to_be_visible()


def test_a_double_click_opens_the_ticket_and_uses_the_link_once(
    new_page: NewPage, ticket: Ticket, new_link: NewLink
) -> None:
    page = new_page()
    sent: list[str] = []

    def answer_slowly(route: Route) -> None:
        sent.append(route.request.url)
        page.wait_for_timeout(300)
        route.continue_()

    page.goto(new_link(ticket.number))
    page.route(lambda url: "/l/" in url, answer_slowly)
    page.get_by_role("button", name="Open my ticket").dblclick(delay=50)
    expect(page).to_have_url(f"/tickets/{ticket.number}")
    assert len(sent) == 1
    assert not OutboxMail.objects.exists()


def test_no_page_is_told_where_the_customer_came_from(new_page: NewPage, ticket: Ticket, new_link: NewLink) -> None:
    page, link = new_page(), new_link(ticket.number)
    referrers: list[str | None] = []
    page.on("request", lambda request: referrers.append(request.headers.get("referer")))
    page.goto(link)
    page.get_by_role("button").click()
    expect(page).to_have_url(f"/tickets/{ticket.number}")
    page.get_by_role("link", name="My tickets").click()
    assert len(referrers) > 4
    assert not any(referrers)


def test_a_script_in_a_mail_does_not_run_and_a_picture_within_it_is_shown(
    new_page: NewPage, conversation: Ticket, new_link: NewLink
) -> None:
    page = new_page()
    page.goto(new_link(conversation.number))
    page.get_by_role("button", name="Open my ticket").click()
    assert page.title() == "Printer"
    page.get_by_text("Show earlier messages").click()
    expect(page.get_by_text("> Hello")).to_be_visible()
    expect(page.get_by_text("Internal")).to_have_count(0)


def test_scripts_cannot_read_the_session(new_page: NewPage, ticket: Ticket, new_link: NewLink) -> None:
    page = new_page()
    page.goto(new_link(ticket.number))
    page.get_by_role("button").click()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies[sessions.COOKIE]["httpOnly"]
    assert page.evaluate("document.cookie") == ""


SIGNED_IN_PAGES = ["/tickets/", "/tickets/{}", "/tickets/{}?sent=1"]
VISITOR_PAGES = ["/sign-in", "/sign-in?ticket=1&signed-out=1", "/sign-in?sent=1", "/l/unknown", "/nothing"]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=LOOK_NAMES)
def test_every_page_of_the_portal_is_accessible_and_fits(
    new_page: NewPage, conversation: Ticket, new_link: NewLink, size: dict[str, int], scheme: str
) -> None:
    page = new_page(size=size, scheme=scheme)
    for address in (*VISITOR_PAGES, new_link(conversation.number)):
        check(page, address)
    page.get_by_role("button").click()
    for address in SIGNED_IN_PAGES:
        check(page, address.format(conversation.number))
    page.goto(f"/tickets/{conversation.number}")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_code_opens_a_link_that_a_scanner_used(
    new_page: NewPage, ticket: Ticket, new_mail: NewMail, size: dict[str, int], javascript: bool
) -> None:
    link, code = new_mail(ticket.number)
    scanner = Client()
    assert scanner.post(link).status_code == 303

    page = new_page(javascript=javascript, size=size)
    page.goto(link)
    main = page.get_by_role("main")
    expect(main.get_by_role("button")).to_have_text(["Send me a new link"])
    main.get_by_label("Code from the mail").fill(code)
    expect(main.get_by_role("button")).to_have_text(["Open my ticket"])
    main.get_by_role("button").click()
    expect(page).to_have_url(f"/tickets/{ticket.number}")
    assert scanner.get(f"/tickets/{ticket.number}").status_code == 303


@pytest.mark.parametrize("before", ["live", "used", "code only"])
def test_a_code_is_sent_by_the_enter_key(
    new_page: NewPage, ticket: Ticket, new_mail: NewMail, request: pytest.FixtureRequest, before: str
) -> None:
    link, code = new_mail(ticket.number)
    if before == "used":
        Client().post(link)
    if before == "code only":
        request.getfixturevalue("by_code")
    page = new_page(javascript=False)
    page.goto(link)
    page.get_by_label("code from the mail").fill(code.replace("-", " "))
    page.get_by_label("code from the mail").press("Enter")
    expect(page).to_have_url(f"/tickets/{ticket.number}")


def test_a_used_link_without_a_code_typed_still_asks_for_a_new_one_by_the_enter_key_or_its_button(
    new_page: NewPage, ticket: Ticket, new_mail: NewMail
) -> None:
    link, _ = new_mail(ticket.number)
    Client().post(link)
    page = new_page(javascript=False)
    page.goto(link)
    page.get_by_role("button", name="Send me a new link").click()
    expect(page.get_by_role("heading", name="Check your mailbox")).to_be_visible()


def test_this_was_not_me_takes_one_look_and_one_button(new_page: NewPage, ticket: Ticket, new_mail: NewMail) -> None:
    link, code = new_mail(ticket.number)
    stranger = Client()
    stranger.post(link)
    page = new_page(javascript=False)
    page.goto(f"{link}/not-me")
    page.get_by_role("button", name="Yes, end it").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert stranger.get(f"/tickets/{ticket.number}").status_code == 303
    page.get_by_role("link", name="Open the ticket yourself").click()
    page.get_by_label("Code from the mail").fill(code)
    page.get_by_role("button", name="Open my ticket").click()
    expect(page).to_have_url(f"/tickets/{ticket.number}")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=LOOK_NAMES)
def test_every_page_with_a_code_is_accessible_and_fits(
    new_page: NewPage, ticket: Ticket, new_mail: NewMail, size: dict[str, int], scheme: str
) -> None:
    page, (replaced, _) = new_page(size=size, scheme=scheme), new_mail(ticket.number)
    used, _ = new_mail(ticket.number)
    for address in (replaced, used, f"{used}/not-me"):
        check(page, address)
    Client().post(used)
    check(page, used)
    page.get_by_label("Code from the mail").fill("1234-567")
    page.get_by_role("button", name="Open my ticket").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.goto(f"{used}/not-me")
    with page.expect_navigation():
        page.get_by_role("button").click()
    check(page)


@pytest.mark.usefixtures("by_code")
def test_the_page_that_names_nobody_is_accessible_and_fits(
    new_page: NewPage, ticket: Ticket, new_mail: NewMail
) -> None:
    page = new_page(size=PHONE)
    check(page, new_mail(ticket.number)[0])
    expect(page.get_by_role("heading", name="Open your ticket")).to_be_visible()
