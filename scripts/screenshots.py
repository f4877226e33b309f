"""Takes a picture of every page, desktop and phone, into docs/images: `make screenshots [FOLDER]`.

Starts the product on a throw-away data folder; needs Chromium (Debian: `apt install chromium`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright
from sample_people import AGENT_PASSWORD, ALEX, KIM

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs/images")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTHS = {"desktop": 1280, "phone": 390}

with socket.socket() as _socket:
    _socket.bind(("127.0.0.1", 0))
    PORT = _socket.getsockname()[1]
BASE = f"http://127.0.0.1:{PORT}"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


def sample_tickets() -> dict[str, str]:
    """Make the database and what is in it; returns the numbers of the tickets to show."""
    import django

    os.environ["OTALINK_DATA"] = tempfile.mkdtemp(prefix="otalink-screenshots-")
    os.environ["OTALINK_BASE_URL"] = BASE
    os.environ["DJANGO_SETTINGS_MODULE"] = "otalink.conf.settings"
    # Playwright's loop runs in this thread, by which Django would take our database calls for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.core.management import call_command
    from sample_desk import build

    call_command("migrate", verbosity=0)
    return {name: ticket.number for name, ticket in build().items()}


def new_link(number: str, login: str) -> str:
    """The address of a delivered link."""
    from otalink.tokens.issue import issue, mark_delivered

    issued = issue(number, login)
    mark_delivered(issued.id)
    return issued.url


@contextmanager
def server() -> Iterator[None]:
    """The web part of the product."""
    process = subprocess.Popen([sys.executable, "-m", "otalink", "web", "--bind", f"127.0.0.1:{PORT}"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


class Camera:
    """Takes a picture of what a page shows, in one width and colour scheme."""

    def __init__(self, page: Page, kind: str) -> None:
        self.page, self.kind = page, kind

    def take(self, name: str, path: str = "", *, whole: bool = True) -> None:
        """Open `path` and save the whole page, or what the window shows of it, as `name`."""
        if path:
            self.page.goto(path if path.startswith("http") else BASE + path)
        self.page.screenshot(path=FOLDER / f"{name}-{self.kind}.png", full_page=whole)


def customer_pages(camera: Camera, numbers: dict[str, str]) -> None:
    """The way of a link, and the pages behind it."""
    page, main = camera.page, numbers["main"]
    camera.take("sign-in", "/sign-in")
    camera.take("sign-in-sent", "/sign-in?sent=1")
    camera.take("not-found", "/nothing")
    camera.take("link-expired", "/l/" + "x" * 43)
    camera.take("link-german", new_link(numbers["german"], ALEX))
    old, link = new_link(main, KIM), new_link(main, KIM)
    camera.take("link-replaced", old)
    camera.take("link", link)
    page.get_by_role("button", name="Open my ticket").click()
    camera.take("ticket")
    camera.take("ticket-top", whole=False)
    page.get_by_role("button", name="Send reply").click()
    camera.take("ticket-error")
    page.goto(new_link(numbers["closed"], KIM))
    page.get_by_role("button", name="Open my ticket").click()
    camera.take("ticket-closed")
    camera.take("tickets", "/tickets/")
    page.get_by_role("button", name="Sign out").click()
    camera.take("signed-out")
    camera.take("link-used", link)
    page.get_by_role("button", name="Send me a new link").click()
    camera.take("link-sent")
    page.goto(f"{BASE}/sign-in?ticket={main}")
    page.get_by_text("I have a password").click()
    page.get_by_label("E-mail address or user name").fill(KIM)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    camera.take("sign-in-password")


def agent_pages(camera: Camera, numbers: dict[str, str]) -> None:
    """The desk."""
    page = camera.page
    camera.take("desk-sign-in", "/desk/")
    page.get_by_label("User name").fill("robin")
    page.get_by_label("Password").fill(AGENT_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    camera.take("desk-tickets", "/desk/?state=all")
    camera.take("desk-ticket", f"/desk/tickets/{numbers['main']}")


def mail(camera: Camera, number: str) -> None:
    """The HTML part of the mail that answers a new ticket, as a mail program shows it."""
    from otalink.notifications.deliver import deliver
    from otalink.notifications.feed import feed
    from otalink.notifications.models import NotificationEvent, OutboxMail

    feed()
    deliver.call(OutboxMail.objects.get(ticket_number=number, event=NotificationEvent.TICKET_CREATED).pk)
    (path,) = (Path(os.environ["OTALINK_DATA"]) / "outgoing").glob("*.eml")
    html = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("html",))
    camera.page.set_content(html.get_content() if html else "")
    camera.take("mail")


def open_camera(browser: Browser, kind: str, width: int, scheme: Literal["light", "dark"] = "light") -> Camera:
    """A window of that width."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        device_scale_factor=2 if kind == "phone" else 1,
        color_scheme=scheme,
        locale="en",
        reduced_motion="reduce",
    )
    return Camera(context.new_page(), kind)


def main() -> None:
    """Take all pictures."""
    numbers = sample_tickets()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with server(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        for kind, width in WIDTHS.items():
            camera = open_camera(browser, kind, width)
            customer_pages(camera, numbers)
            agent_pages(camera, numbers)
        mail(open_camera(browser, "phone", WIDTHS["phone"]), numbers["main"])
        dark = open_camera(browser, "dark", WIDTHS["desktop"], "dark")
        dark.take("link", new_link(numbers["main"], KIM))
        dark.page.get_by_role("button", name="Open my ticket").click()
        dark.take("ticket")
        browser.close()


if __name__ == "__main__":
    main()
