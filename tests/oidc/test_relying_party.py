"""Authlib as the client of a real otalink, over real HTTP; the person in the browser types the code of a real mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.oidc.flow import code_in
from tests.support.product import Mailbox, Product, mailbox, product
from tests.support.servers import free_port

pytestmark = pytest.mark.processes

REDIRECT = f"http://127.0.0.1:{free_port()}/otobo/customer.pl?Action=Login"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def mail_from(address: str) -> bytes:
    """The mail with which somebody becomes a customer user."""
    head = f"From: Ann Lee <{address}>\r\nTo: support@localhost\r\nSubject: Printer\r\nMessage-ID: <1.{address}>\r\n"
    return f"{head}\r\nHi\r\n".encode()


@pytest.fixture(scope="module")
def box_and_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mailbox, Product]]:
    """A running product with the provider on."""
    data: Path = tmp_path_factory.mktemp("oidc") / "data"
    with mailbox() as (box, port), product(data, OTALINK_MAIL_URL=f"smtp://127.0.0.1:{port}") as made:
        # Before it runs: it sees a change a moment late.
        made.command("sysconfig", "set", "OpenIDProvider::Active", "1")
        made.start()
        yield box, made


class Person:
    """A customer user who wrote to a product, with a browser and a mailbox."""

    def __init__(self, made: Product, box: Mailbox, address: str) -> None:
        self.web, self.base_url, self.box, self.address = requests.Session(), made.base_url, box, address
        made.deliver(mail_from(address), address)
        self._mail()

    def go(self, url: str) -> str:
        """Open the client's request; sign in where that is asked for; the URL that leads back to the client."""
        page = self.web.get(url, allow_redirects=False)
        if page.status_code == 303:
            return page.headers["Location"]
        page = self._send(url, page.text, name=self.address)
        assert page.status_code == 200, page.text
        code = code_in(self._mail())
        return self._send(url, page.text, follow=False, code=code).headers["Location"]

    def _send(self, url: str, html: str, *, follow: bool = True, **fields: str) -> requests.Response:
        token = _TOKEN.search(html)
        assert token, html
        form = {"csrfmiddlewaretoken": token[1], **fields}
        address = f"{self.base_url}/oidc/sign-in?{url.partition('?')[2]}"
        return self.web.post(address, form, allow_redirects=follow)

    def _mail(self) -> EmailMessage:
        mail = self.box.next_mail()
        assert mail["To"] == self.address
        return mail


def discover(made: Product) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{made.base_url}/oidc/.well-known/openid-configuration", timeout=20).json()
    return found


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
@pytest.mark.parametrize("kind", ["confidential", "public"])
def test_the_whole_way(
    box_and_product: tuple[Mailbox, Product], algorithm: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    box, made = box_and_product
    words = ["oidc", "client", "add", f"{algorithm}-{kind}", "--redirect-uri", REDIRECT, "--algorithm", algorithm]
    added = made.command(*words, *(["--public"] if kind == "public" else []))
    found = discover(made)
    assert found["issuer"] == f"{made.base_url}/oidc"
    client = OAuth2Session(
        added["client_id"], added["secret"] or None, scope="openid profile email", redirect_uri=REDIRECT,
        code_challenge_method="S256", token_endpoint_auth_method="client_secret_basic" if added["secret"] else "none",
    )  # fmt: skip
    verifier = "x" * 60
    url, state = client.create_authorization_url(
        found["authorization_endpoint"], nonce="one nonce", code_verifier=verifier
    )
    # Somebody else each time: nobody is mailed more than a few codes an hour.
    person = Person(made, box, f"{kind}.{algorithm}@customer.example".lower())
    back = person.go(url)
    assert back.startswith(f"{REDIRECT}&code=")
    tokens = client.fetch_token(
        found["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )

    keys = KeySet.import_key_set(requests.get(found["jwks_uri"], timeout=20).json())
    decoded = jwt.decode(tokens["id_token"], keys, algorithms=[algorithm])
    wanted = {
        "iss": {"essential": True, "value": found["issuer"]}, "aud": {"essential": True, "value": added["client_id"]}
    }  # fmt: skip
    said = CodeIDToken(
        decoded.claims, decoded.header, wanted,
        {"nonce": "one nonce", "client_id": added["client_id"], "access_token": tokens["access_token"]},
    )  # fmt: skip
    said.validate()
    assert said["sub"] == person.address
    about = client.get(found["userinfo_endpoint"]).json()
    assert (about["sub"], about["name"], about["email"]) == (person.address, "Ann Lee", person.address)

    # The second time nobody is asked anything.
    again, _ = client.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier)
    assert person.go(again).startswith(f"{REDIRECT}&code=")


def test_keys_outlive_a_restart(box_and_product: tuple[Mailbox, Product]) -> None:
    _, made = box_and_product
    made.command("oidc", "client", "add", "keys", "--redirect-uri", REDIRECT)
    before = requests.get(discover(made)["jwks_uri"], timeout=20).json()
    assert len(before["keys"]) == 2
    made.stop()
    made.start()
    assert requests.get(discover(made)["jwks_uri"], timeout=20).json() == before
    assert "Traceback" not in made.log()
