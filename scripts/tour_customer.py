"""The customer's pages, one picture after the other."""

from __future__ import annotations

from camera import BASE, Camera
from sample_people import ALEX, KIM


def new_link(number: str, login: str) -> str:
    """The address of a delivered link."""
    from otalink.tokens.issue import issue, mark_delivered

    issued = issue(number, login)
    mark_delivered(issued.id)
    return issued.url


def tour(camera: Camera, numbers: dict[str, str]) -> None:
    """Every page a customer meets."""
    _strangers(camera, numbers)
    _way_of_a_link(camera, numbers)
    _sign_in(camera, numbers)


def _strangers(camera: Camera, numbers: dict[str, str]) -> None:
    camera.take("sign-in", "/sign-in")
    camera.take("sign-in-sent", "/sign-in?sent=1")
    camera.take("not-found", "/nothing")
    camera.take("link-expired", "/l/" + "x" * 43)
    camera.take("link-german", new_link(numbers["german"], ALEX))


def _way_of_a_link(camera: Camera, numbers: dict[str, str]) -> None:
    page, main = camera.page, numbers["main"]
    old, link = new_link(main, KIM), new_link(main, KIM)
    camera.take("link-replaced", old)
    camera.take("link", link)
    camera.press("Open my ticket")
    camera.take("ticket")
    camera.take("ticket-top", whole=False)
    page.get_by_text("Show earlier messages").first.click()
    camera.take("ticket-unfolded")
    camera.press("Send reply")
    camera.take("ticket-error")
    camera.take("ticket-sent", f"/tickets/{main}?sent=1", whole=False)
    page.goto(new_link(numbers["closed"], KIM))
    camera.press("Open my ticket")
    camera.take("ticket-closed")
    camera.take("tickets", "/tickets/")
    camera.press("Sign out")
    camera.take("signed-out")
    camera.take("link-used", link)
    camera.press("Send me a new link")
    camera.take("link-sent")


def _sign_in(camera: Camera, numbers: dict[str, str]) -> None:
    page = camera.page
    page.goto(f"{BASE}/sign-in?ticket={numbers['main']}")
    page.get_by_text("I have a password").click()
    page.get_by_label("E-mail address or user name").fill(KIM)
    page.get_by_label("Password", exact=True).fill("wrong")
    camera.press("Sign in")
    camera.take("sign-in-password")
