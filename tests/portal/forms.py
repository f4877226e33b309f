"""The portal's forms, filled in and sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse


def ask(browser: Client, name: str, ticket: str = "", **extra: str) -> _MonkeyPatchedWSGIResponse:
    """Ask for a link on the sign-in page."""
    return browser.post(f"/sign-in?ticket={ticket}" if ticket else "/sign-in", {"name": name}, **extra)  # type: ignore[arg-type]


def form_of(browser: Client, number: str) -> str:
    """The form's own mark on a ticket's page."""
    found = re.search(r'name="form" value="([^"]+)"', browser.get(f"/tickets/{number}").content.decode())
    assert found
    return found.group(1)


def send(browser: Client, number: str, text: str = "It is.", **fields: object) -> _MonkeyPatchedWSGIResponse:
    """Reply on a ticket's page."""
    form = {"form": form_of(browser, number), "text": text, **fields}
    return browser.post(f"/tickets/{number}", form)
