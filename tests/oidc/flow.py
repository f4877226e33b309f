"""The steps of a sign-in over OpenID, as a browser and a client's server take them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.test import Client as Browser
from django_tasks_db.models import DBTaskResult

from otalink.oidc import clients
from otalink.oidc.clients import NewClient
from otalink.oidc.proof.mail import mail_code
from tests.support import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    type Response = _MonkeyPatchedWSGIResponse
else:
    Response = Any

# As stock OTOBO has it.
REDIRECT = "https://desk.example/otobo/customer.pl?Action=Login"
AFTER = "https://desk.example/otobo/customer.pl?Action=Logout"
VERIFIER = "v" * 43
CHALLENGE = create_s256_code_challenge(VERIFIER)
_CODE = re.compile(r"^\d{4}-\d{4}(?=\r?$)", re.MULTILINE)


@dataclass(frozen=True)
class Party:
    """A client and its secret, which is empty for a public one."""

    client_id: str
    secret: str


def party(client_id: str = "desk", **said: Any) -> Party:
    """Add a client."""
    new = NewClient(client_id, **{"redirect_uris": [REDIRECT], "post_logout_redirect_uris": [AFTER], **said})
    return Party(client_id, clients.add(new)[1])


def query(of: Party, **changed: str) -> str:
    """What a client sends a browser with; an empty value leaves a parameter out."""
    usual = {
        "response_type": "code", "client_id": of.client_id, "redirect_uri": REDIRECT, "scope": "openid profile email",
        "state": "st-1", "nonce": "no-1",
    }  # fmt: skip
    return urlencode({name: value for name, value in {**usual, **changed}.items() if value})


def ask(browser: Browser, of: Party, **changed: str) -> Response:
    """Come from a client."""
    return browser.get(f"/oidc/authorize?{query(of, **changed)}")


def ask_for_code(browser: Browser, of: Party, name: str = make.ANN, **changed: str) -> Response:
    """Have a code mailed."""
    return browser.post(f"/oidc/sign-in?{query(of, **changed)}", {"name": name})


def run_mail() -> None:
    """Do what the worker does with the requests for codes."""
    for row in DBTaskResult.objects.filter(task_path="otalink.oidc.proof.mail.mail_code"):
        mail_code.func(*row.args_kwargs["args"])
        row.delete()


def outgoing() -> Path:
    """The folder that mail is written to."""
    return Path(unquote(urlsplit(settings.OTALINK_MAIL_URL).path))


def mails() -> list[Any]:
    """The mails that left, oldest first."""
    files = sorted(outgoing().glob("*.eml")) if outgoing().exists() else []
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def code_in(mail: Any) -> str:
    """The sign-in code, which stands on a line of its own."""
    found = _CODE.search(mail.get_body(("plain",)).get_content())
    assert found
    return found[0]


def type_code(browser: Browser, of: Party, code: str, **changed: str) -> Response:
    """Type a code on the page for it."""
    return browser.post(f"/oidc/sign-in?{query(of, **changed)}", {"code": code})


def sign_in(browser: Browser, of: Party, name: str = make.ANN, **changed: str) -> Response:
    """The whole way through the mailbox; the answer leads to the client."""
    assert ask_for_code(browser, of, name, **changed).status_code == 303
    run_mail()
    return type_code(browser, of, code_in(mails()[-1]), **changed)


def answer(response: Response) -> dict[str, str]:
    """What the browser brings to the client."""
    assert response.status_code == 303, response.content
    return dict(parse_qsl(urlsplit(response["Location"]).query, keep_blank_values=True))


def exchange(of: Party, code: str, **changed: str) -> Response:
    """Bring a code, as the client's server does; a secret goes in a Basic header that encodes nothing, like OTOBO's."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **changed}
    headers = {}
    if of.secret:
        headers["Authorization"] = "Basic " + _base64(f"{of.client_id}:{of.secret}")
    else:
        form.setdefault("client_id", of.client_id)
    form = {name: value for name, value in form.items() if value}
    return Browser(enforce_csrf_checks=True).post(
        "/oidc/token", urlencode(form), "application/x-www-form-urlencoded", headers=headers
    )


def error_of(response: Response) -> str:
    """The error that a client's server is told."""
    assert response.status_code in {400, 401}, response.content
    return str(response.json()["error"])


def values(url: str) -> dict[str, list[str]]:
    """The parameters of a URL."""
    return parse_qs(urlsplit(url).query)


def _base64(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()
