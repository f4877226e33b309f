"""Takes a picture of every page, desktop and phone: `make screenshots`.

All go into build/screenshots, and those that the documentation shows into docs/images too. Starts the product on a
throw-away data folder; needs Chromium and Dovecot (`make services`).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

import tour_agent
import tour_customer
from camera import ADMIN_WIDTHS, BASE, WIDTHS, Camera, chromium_path, open_camera, server
from playwright.sync_api import Browser, sync_playwright
from sample_people import KIM

ROOT = Path(__file__).parent.parent
FOLDER, SHOWN = ROOT / "build/screenshots", ROOT / "docs/images"
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
sys.path.insert(0, str(ROOT))

from tests.support import dovecot  # noqa: E402


def sample(mailbox: dovecot.Dovecot) -> dict[str, str]:
    """Make the database and what is in it; returns the numbers of the tickets to show."""
    import django

    os.environ["OTALINK_DATA"] = tempfile.mkdtemp(prefix="otalink-screenshots-")
    os.environ["OTALINK_BASE_URL"] = BASE
    os.environ["OTALINK_RESOLVER"] = "none"
    os.environ["DJANGO_SETTINGS_MODULE"] = "otalink.conf.settings"
    # Playwright's loop runs in this thread, by which Django would take our database calls for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    import sample_desk
    import sample_records
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    numbers = sample_desk.build()
    sample_records.build(mailbox.imap, mailbox.new_user(), dovecot.PASSWORD)
    return numbers


def mail(camera: Camera) -> None:
    """The HTML part of the mail that answers a new ticket, as a mail program shows it."""
    letters = (Path(os.environ["OTALINK_DATA"]) / "outgoing").glob("*.eml")
    parts = (message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("html",)) for path in letters)
    html = next(text for part in parts if part and "Kim" in (text := part.get_content()) and "has arrived" in text)
    camera.page.set_content(html)
    camera.take("mail")


def dark(browser: Browser, numbers: dict[str, str]) -> None:
    """The same pages for eyes that like it dark."""
    camera = open_camera(browser, "dark", ADMIN_WIDTHS["desktop"], FOLDER, "dark")
    camera.take("link", tour_customer.new_link(numbers["main"], KIM))
    camera.press("Open my ticket")
    camera.take("ticket")
    camera.page.goto(f"{BASE}/desk/")
    tour_agent.sign_in(camera)
    camera.take("desk-ticket", f"/desk/tickets/{numbers['main']}")
    camera.take("admin-index", "/admin/")
    camera.take("admin-journalentry-list", "/admin/postmaster/journalentry/")


def main() -> None:
    """Take all pictures."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with dovecot.dovecot() as mailbox, sync_playwright() as playwright:
        numbers = sample(mailbox)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        with server():
            mail(open_camera(browser, "phone", WIDTHS["phone"], FOLDER))
            dark(browser, numbers)
            for kind, width in WIDTHS.items():
                camera = open_camera(browser, kind, width, FOLDER)
                tour_customer.tour(camera, numbers)
                tour_agent.tour(camera, numbers)
            for kind, width in ADMIN_WIDTHS.items():
                tour_agent.admin_tour(open_camera(browser, kind, width, FOLDER))
        browser.close()
    for shown in SHOWN.glob("*.png"):
        shutil.copyfile(FOLDER / shown.name, shown)


if __name__ == "__main__":
    main()
