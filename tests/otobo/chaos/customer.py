"""A customer with a mail program and a browser, over real sockets: opens the newest link, reads, replies with a file.

Whatever the pages cannot do just now is done again, as people do it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from itertools import count

import requests

from tests.notifications.reading import part
from tests.support.mail_server import MailServer
from tests.support.product import LINK

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FORM = re.compile(r'name="form" value="([^"]+)"')
_clients = count(1)


class Patience(Exception):
    """It did not come to be in all that time."""


@dataclass
class Customer:
    """`address` is theirs, `asked` how often they asked for a new link; `patience` counts from their first wait."""

    address: str
    url: str
    server: MailServer
    patience: float = 300.0
    asked: int = 0
    statuses: list[int] = field(default_factory=list)
    browser: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        # A proxy of ours would say so; each has an IP of their own.
        number = next(_clients)
        self.browser.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._deadline = 0.0

    def mails(self) -> list[EmailMessage]:
        """What they got, oldest first."""
        # What comes just now may stand in one list and not yet in the other.
        pairs = zip(list(self.server.recipients), list(self.server.messages), strict=False)
        return [message for recipient, message in pairs if recipient == self.address]

    def links(self) -> list[str]:
        """The links in their mails, oldest first."""
        return [link for message in self.mails() for link in self.links_in(message)]

    def links_in(self, message: EmailMessage) -> list[str]:
        """The link in a mail, if there is one."""
        found = LINK.search(part(message, "plain"))
        return [found.group()] if found else []

    def wait(self, what: str, look: Callable[[], bool]) -> None:
        """Until it is so.

        Raises:
            Patience
        """
        while not look():
            self._rest(what)

    def get(self, url: str) -> requests.Response:
        """A page, once it is there."""
        return self._until_answered(lambda: self.browser.get(url, timeout=60, allow_redirects=False))

    def press(self, url: str, **fields: str) -> requests.Response:
        """The form of a page, sent with these fields; the page itself where it has none."""
        page = self.get(url)
        token = _TOKEN.search(page.text)
        if token is None:
            return page
        form = {"csrfmiddlewaretoken": token[1], **fields}
        return self._until_answered(lambda: self.browser.post(url, data=form, timeout=60, allow_redirects=False))

    def come_in(self) -> str:
        """The URL of their ticket, opened by the newest link."""
        self.wait("a link", lambda: bool(self.links()))
        while True:
            known = len(self.links())
            answer = self.press(self.links()[-1])
            if answer.status_code == 303:
                return f"{self.url}{answer.headers['Location']}"
            # It is spent: an answer of ours was cut off, or a newer one is on its way.
            self._ask_for_another(known)

    def reply(self, ticket: str, text: str, file: bytes) -> None:
        """Reply with a file; the form is sent until a page says that it arrived."""
        page = self.get(ticket)
        while page.status_code != 200:
            page = self.get(self.come_in())
        token, form = _TOKEN.search(page.text), _FORM.search(page.text)
        assert token
        assert form
        fields = {"csrfmiddlewaretoken": token[1], "form": unescape(form[1]), "text": text}
        files = {"attachments": ("plan.pdf", file, "application/pdf")}
        sent = self._until_answered(
            lambda: self.browser.post(ticket, data=fields, files=files, timeout=60, allow_redirects=False)
        )
        assert sent.status_code == 303, sent.text
        assert text in self.get(ticket).text, "what was sent is shown at once"

    def _ask_for_another(self, known: int) -> None:
        self.asked += 1
        self.press(self.links()[-1], new="1")
        soon = time.monotonic() + 20
        while len(self.links()) == known and time.monotonic() < soon:
            self._rest("a new link")

    def _until_answered(self, send: Callable[[], requests.Response]) -> requests.Response:
        while True:
            try:
                answer = send()
            except requests.RequestException:
                self._rest("an answer")
                continue
            self.statuses.append(answer.status_code)
            if answer.status_code < 500:
                return answer
            self._rest("an answer")

    def _rest(self, what: str) -> None:
        self._deadline = self._deadline or time.monotonic() + self.patience
        if time.monotonic() > self._deadline:
            raise Patience(f"{self.address} waited {self.patience:.0f} s for {what}")
        time.sleep(0.2)
