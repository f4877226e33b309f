"""Access tokens for mail servers that take no password: Microsoft 365 and Google, or any OAuth2 token endpoint.

With a refresh token (which the device-code flow brings, or an operator enters) tokens are got in somebody's name;
without one they are got in the application's own (client credentials). Google knows the first, Microsoft knows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from otalink.postmaster.accounts.credentials import keep_secrets, secrets_of
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.mailbox import TIMEOUT
from otalink.postmaster.accounts.models import MailAccount

# A token is replaced before it runs out while we sign in.
_SPARE_SECONDS = 120
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class DeviceCode:
    """What an operator enters where, to let us into a mailbox; times in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    interval: float
    expires_in: float


def current_token(account: MailAccount) -> str:
    """A token that is good for now: the stored one, or a fresh one, which is stored.

    Raises:
        SourceFailure: the token endpoint gives none; the text says why.
    """
    known = secrets_of(account)
    if known.get("access_token") and float(known.get("expires_at", "0")) > time.time() + _SPARE_SECONDS:
        return known["access_token"]
    session = _session(account, known)
    if refresh := known.get("refresh_token"):
        response = _asked(account, lambda: session.refresh_token(account.token_url, refresh, timeout=TIMEOUT))
        return _keep(account, response)
    if not known.get("client_secret"):
        raise SourceFailure(
            f"the account {account.name!r} has neither client secret nor refresh token; "
            f"enter one, or run `otalink postmaster account authorize`"
        )
    response = _asked(
        account,
        lambda: session.fetch_token(
            account.token_url, grant_type="client_credentials", scope=account.scope, timeout=TIMEOUT
        ),
    )
    return _keep(account, response)


def begin_device_code(account: MailAccount) -> DeviceCode:
    """Ask for a code that an operator enters in a browser (RFC 8628).

    Raises:
        SourceFailure
    """
    url = account.token_url.removesuffix("/token") + "/devicecode"
    words = {"client_id": account.client_id, "scope": f"{account.scope} offline_access".strip()}
    response = _asked(account, lambda: _json(requests.post(url, data=words, timeout=TIMEOUT)))
    try:
        return DeviceCode(
            device_code=response["device_code"],
            user_code=response["user_code"],
            verification_uri=response["verification_uri"],
            interval=float(response.get("interval", 5)),
            expires_in=float(response.get("expires_in", 900)),
        )
    except KeyError as error:
        raise SourceFailure(f"{url} gives no code for a device: {response.get('error', 'no answer')}") from error


def finish_device_code(account: MailAccount, code: DeviceCode) -> None:
    """Wait until the code was entered, and store what comes.

    Raises:
        SourceFailure: it was refused, or not entered in time.
    """
    session, interval = _session(account, secrets_of(account)), code.interval
    end = time.monotonic() + code.expires_in
    while time.monotonic() < end:
        time.sleep(interval)
        try:
            response = session.fetch_token(
                account.token_url, grant_type=_DEVICE_GRANT, device_code=code.device_code, timeout=TIMEOUT
            )
        except OAuthError as error:
            if error.error == "slow_down":
                interval += 5
            elif error.error != "authorization_pending":
                raise SourceFailure(_refusal(account, error)) from error
        except requests.RequestException as error:
            raise SourceFailure(_unreachable(account, error)) from error
        else:
            _keep(account, response)
            return
    raise SourceFailure("the code was not entered in time")


def _session(account: MailAccount, known: dict[str, str]) -> Any:
    secret = known.get("client_secret")
    method = "client_secret_post" if secret else "none"
    return OAuth2Session(account.client_id, secret, token_endpoint_auth_method=method, scope=account.scope or None)


def _asked(account: MailAccount, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return ask()
    except OAuthError as error:
        raise SourceFailure(_refusal(account, error)) from error
    except requests.RequestException as error:
        raise SourceFailure(_unreachable(account, error)) from error
    except ValueError as error:
        raise SourceFailure(f"{account.token_url} gives no token, but something else") from error


def _keep(account: MailAccount, response: dict[str, Any]) -> str:
    token = response.get("access_token")
    if not isinstance(token, str):
        raise SourceFailure(f"{account.token_url} gives an answer without a token")
    changed = {"access_token": token, "expires_at": str(time.time() + float(response.get("expires_in") or 3600))}
    if response.get("refresh_token"):
        # Some servers give a new one every time, and forget the old.
        changed["refresh_token"] = str(response["refresh_token"])
    keep_secrets(account, **changed)
    MailAccount.objects.filter(pk=account.pk).update(secrets=account.secrets)
    return token


def _json(response: requests.Response) -> dict[str, Any]:
    found = response.json()
    return found if isinstance(found, dict) else {}


def _refusal(account: MailAccount, error: OAuthError) -> str:
    why = " ".join(f"{error.error}: {error.description}".split())[:300]
    return f"{account.token_url} gives no token: {why}"


def _unreachable(account: MailAccount, error: Exception) -> str:
    return f"{account.token_url} cannot be reached: {' '.join(str(error).split())[:300]}"
