"""What stands before some mailboxes: it opens every link of a mail, presses every button and fills in every form."""

from __future__ import annotations

import itertools
import re
from email.message import EmailMessage
from urllib.parse import urljoin

import requests
from lxml import html

_URL = re.compile(r"https?://[^\s\"<>]+")
# What it fills into fields that are empty; some leave them so.
_FILLINGS = ("", "test", "scanner@security.example")


class Scanner:
    """Every form is sent by a browser of its own, which keeps its cookies; `browsers` are all of them."""

    def __init__(self) -> None:
        self.browsers: list[requests.Session] = []

    def scan(self, mail: EmailMessage, *, times: int = 1) -> None:
        """Look at a mail so often, as those in several places of a company do."""
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        urls = list(dict.fromkeys(url.rstrip(".,)") for part in parts for url in _URL.findall(part)))
        assert urls
        for _, url in itertools.product(range(times), urls):
            self._press_all(url)

    def _press_all(self, url: str) -> None:
        found = self._forms(url, requests.Session())
        for number, filling in itertools.product(range(len(found)), _FILLINGS):
            browser = requests.Session()
            self.browsers.append(browser)
            action, fields = self._forms(url, browser)[number]
            sent = {name: value or filling for name, value in fields.items()}
            browser.post(action, sent, timeout=20)

    def _forms(self, url: str, browser: requests.Session) -> list[tuple[str, dict[str, str]]]:
        """Address and fields of each form, once for each of its buttons."""
        page = html.fromstring(browser.get(url, timeout=20).text)
        return [
            (urljoin(url, form.action or url), {**dict(form.fields), **_of_button(button)})
            for form in page.forms
            if form.method == "POST"
            for button in form.iter("button")
        ]

    def is_in(self, url: str) -> bool:
        """Whether one of its browsers is signed in where that page is."""
        return any(browser.get(url, timeout=20, allow_redirects=False).status_code == 200 for browser in self.browsers)


def _of_button(button: html.HtmlElement) -> dict[str, str]:
    return {button.get("name"): button.get("value", "")} if button.get("name") else {}
