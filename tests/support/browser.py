"""A real browser: Debian's Chromium, headless, that connects to nothing but this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support import needs

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
LOOKS = [(DESKTOP, "light"), (PHONE, "light"), (DESKTOP, "dark"), (PHONE, "dark")]
LOOK_NAMES = ["desktop", "phone", "dark desktop", "dark phone"]
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What keeps somebody from using a page.
_GRAVE = {"serious", "critical"}

NewPage = Callable[..., Page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; make a context of it for every visitor."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def windows(browser: Browser, address: str) -> Iterator[NewPage]:
    """Opens windows on the product at `address`.

    Loading anything from elsewhere, an error of a script and a refusal by the content security policy fail the test.
    """
    complaints: list[str] = []
    with _contexts(browser, address, complaints) as open_page:
        yield open_page
    assert complaints == []


@contextmanager
def _contexts(browser: Browser, address: str, complaints: list[str]) -> Iterator[NewPage]:
    opened = []

    def open_page(
        *, javascript: bool = True, size: dict[str, int] = DESKTOP, scheme: str = "light", locale: str = "en"
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            java_script_enabled=javascript,
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
            reduced_motion="reduce",  # colours are measured, and must not be on their way
        )
        opened.append(context)
        page = context.new_page()
        _listen(page, address, complaints)
        return page

    try:
        yield open_page
    finally:
        for context in opened:
            context.close()


def _listen(page: Page, address: str, complaints: list[str]) -> None:
    def note(message: ConsoleMessage) -> None:
        # A page that is refused by its status is told as an error too; those are what some tests look at.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    own = (address, "data:", "about:")
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(own) else complaints.append(request.url))


def check(page: Page, address: str = "", *, grave_only: bool = False, exclude: tuple[str, ...] = ()) -> None:
    """Accessible, and nothing wider than the window; `exclude` are selectors of what is not ours.

    Needs a window with JavaScript.
    """
    if address:
        page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    context = {"exclude": [[selector] for selector in exclude]} if exclude else None
    results = Axe().run(page, context, options={"preload": False})  # our policy lets no script fetch style sheets
    found = [each for each in results.response["violations"] if not grave_only or each["impact"] in _GRAVE]
    assert not found, f"{page.url}: {[(each['id'], each['nodes'][0]['html']) for each in found]}"
    check_width(page)


def check_width(page: Page) -> None:
    """Nothing is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"


def sign_in(page: Page, name: str, password: str, address: str = "/desk/") -> None:
    """As an agent, on the way to `address`."""
    page.goto(address)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
