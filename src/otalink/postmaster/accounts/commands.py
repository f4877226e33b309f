"""What the `otalink postmaster account` commands do."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from django.utils import timezone

from otalink.postmaster.accounts import first_contact, manage
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.mailbox import Found
from otalink.postmaster.accounts.models import Authentication, Existing, MailAccount

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
    hidden = {"id", "secrets", "lease_owner", "lease_until", "uid_validity", "uid_next"}
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
    existing = values.pop("existing", None)
    account = manage.prepare(secrets, **values)
    found, problem = _look(account)
    account.existing = existing or _ask(found)
    account.enabled = False
    account.save()
    # Only once it is known what was there may anybody fetch from it.
    if found:
        with suppress(SourceFailure):
            first_contact.look(account)
    manage.touch(account, enabled=True)
    return {**show(account.name), "found": str(found or ""), "problem": problem}


def _look(account: MailAccount) -> tuple[Found | None, str]:
    """What is in the mailbox; or why that cannot be said now, such as before somebody has signed in elsewhere."""
    try:
        found = first_contact.look(account)
    except SourceFailure as failure:
        sys.stderr.write(f"The mailbox cannot be looked into now: {failure}\n")
        return None, str(failure)
    sys.stderr.write(f"The mailbox holds {found}.\n")
    return found, ""


def _ask(found: Found | None) -> str:
    """What becomes of the mail that is there; where nobody can be asked, it is left alone."""
    if not (found and found.mails and sys.stdin.isatty()):
        return Existing.LEAVE
    for choice in Existing:
        sys.stderr.write(f"  {choice.value}: {choice.label}\n")
    while True:
        sys.stderr.write("What is to become of it? [leave] ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip() or Existing.LEAVE
        if answer in Existing.values:
            return answer


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
