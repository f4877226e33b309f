"""A visitor with a browser of their own, just enough of one to open a link and press its button."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import unescape

from otalink.cli.failures import CommandFailed

_TOKEN_FIELD = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')
_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page that was reached; `url` is where redirects led."""

    url: str
    status: int
    html: str

    @property
    def text(self) -> str:
        """What its main part says."""
        main = _MAIN.search(self.html)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main.group() if main else self.html)).split())


class Visitor:
    """Keeps cookies and follows redirects."""

    def __init__(self) -> None:
        self._cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(self._cookies)

    def open(self, url: str) -> Page:
        """GET."""
        return self._request(urllib.request.Request(url))  # noqa: S310 the demo's own url

    def press(self, page: Page, **fields: str) -> Page:
        """POST the form of a page, with these fields filled in.

        Raises:
            CommandFailed: there is no form.
        """
        token = _TOKEN_FIELD.search(page.html)
        if token is None:
            raise CommandFailed(f"{page.url} shows no button: {page.text[:200]}")
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token.group(1), **fields}).encode()
        return self._request(urllib.request.Request(page.url, data, {"Referer": page.url}))  # noqa: S310

    def _request(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=10) as response:
                return Page(response.url, response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            return Page(request.full_url, error.code, error.read().decode())
