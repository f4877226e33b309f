"""What the `otalink postmaster account` commands do."""

from __future__ import annotations

import sys
from typing import Any

from django.utils import timezone

from otalink.postmaster.accounts import manage
from otalink.postmaster.accounts.models import Authentication, MailAccount

_PRESETS = {
    "microsoft": {
        "host": "outlook.office365.com",
        "scope": "https://outlook.office365.com/.default",
        "token_url": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    },
    "google": {"host": "imap.gmail.com", "scope": "", "token_url": "https://oauth2.googleapis.com/token"},
}


def list_all() -> list[dict[str, Any]]:
    """All accounts and how fetching from them goes."""
    return [
        {
            "name": account.name,
            "server": f"{account.protocol}://{account.host}:{account.port_in_use}",
            "user": account.user,
            "state": account.state,
            "last_success": account.last_success,
            "failing_since": account.failing_since,
            "last_error": account.last_error,
        }
        for account in MailAccount.objects.all()
    ]


def show(name: str) -> dict[str, Any]:
    """One account without its secrets.

    Raises:
        AccountUnknown
    """
    account = manage.find(name)
    hidden = {"id", "secrets", "lease_owner", "lease_until"}
    fields = [field.attname for field in MailAccount._meta.concrete_fields if field.attname not in hidden]
    now = timezone.now()
    return {
        **{field: getattr(account, field) for field in fields},
        "port": account.port_in_use,
        "state": account.state,
        "has_secret": bool(account.secrets),
        "in_use": bool(account.lease_until and account.lease_until > now),
    }


def add(preset: str, tenant: str, secret: str, **values: Any) -> dict[str, Any]:
    """A new account; its secret comes from standard input, and `secret` says which it is.

    Raises:
        InvalidValue: naming what is wrong.
    """
    if preset:
        given = {name: value.format(tenant=tenant or "common") for name, value in _PRESETS[preset].items()}
        values |= {name: value for name, value in given.items() if not values.get(name)}
        values["authentication"] = Authentication.OAUTH2
    secrets = {} if secret == "none" else {secret: _read_secret()}  # noqa: S105 - no password
    account = manage.add(secrets, **values)
    return show(account.name)


def set_secret(name: str, secret: str) -> dict[str, Any]:
    """Another password, client secret or refresh token, from standard input.

    Raises:
        AccountUnknown
    """
    manage.change_secrets(manage.find(name), **{secret: _read_secret()})
    return show(name)


def test(name: str) -> dict[str, Any]:
    """Whether fetching would work, and what is there.

    Raises:
        AccountUnknown
        SourceFailure: what is wrong, in plain words.
    """
    return {"name": name, "ok": True, "found": manage.test_connection(manage.find(name))}


def authorize(name: str) -> dict[str, Any]:
    """Let somebody sign in elsewhere by code, and keep the tokens that this brings.

    Raises:
        AccountUnknown
        SourceFailure
    """
    from otalink.postmaster.accounts import oauth2

    account = manage.find(name)
    code = oauth2.begin_device_code(account)
    sys.stderr.write(f"Open {code.verification_uri} as {account.user} and enter the code {code.user_code}\n")
    sys.stderr.flush()
    oauth2.finish_device_code(account, code)
    manage.touch(account)
    return {"name": name, "authorized": True}


def enable(name: str) -> dict[str, Any]:
    """Fetch from an account again.

    Raises:
        AccountUnknown
    """
    manage.set_enabled(manage.find(name), True)
    return show(name)


def disable(name: str) -> dict[str, Any]:
    """Fetch from an account no more.

    Raises:
        AccountUnknown
    """
    manage.set_enabled(manage.find(name), False)
    return show(name)


def delete(name: str) -> dict[str, Any]:
    """Forget an account; mail stays where it is.

    Raises:
        AccountUnknown
    """
    manage.find(name).delete()
    return {"name": name, "deleted": True}


def _read_secret() -> str:
    # Never from the command line, which other people on the machine can read.
    return sys.stdin.readline().rstrip("\r\n")
