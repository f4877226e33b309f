"""Redirect URIs: which may be registered, and how an answer is put behind one without touching it.

Stock OTOBO's has a query of its own (`customer.pl?Action=Login`), and compares the state it gets back byte for byte.
So nothing that came in is decoded and encoded anew: a library that does so changes `;` and `+`.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse

ACCEPTED = "an absolute URL without a fragment: https, or http on this machine or where OTALINK_BASE_URL is http too"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LONGEST = 1_000


def is_acceptable(uri: str) -> bool:
    """Whether a client may have codes sent there."""
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or "#" in uri or len(uri) > _LONGEST:
        return False
    if not uri.isascii() or not uri.isprintable() or any(character in uri for character in ' "<>\\^`{|}'):
        return False
    is_plain = host in _LOOPBACK or urlsplit(settings.OTALINK_BASE_URL).scheme == "http"
    return parts.scheme == "https" or (parts.scheme == "http" and is_plain)


def with_answer(uri: str, answer: dict[str, str], query: str = "") -> str:
    """`uri` and the answer to a request; the request's state, if `query` has one, is echoed as it was written."""
    state = raw_value(query, "state")
    added = urlencode({name: value for name, value in answer.items() if value})
    parts = [part for part in (added, f"state={state}" if state else "") if part]
    if not parts:
        return uri
    return f"{uri}{_joint(uri)}{'&'.join(parts)}"


def raw_value(query: str, name: str) -> str:
    """The value of a parameter as it stands in a query, still encoded; empty where there is none."""
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key == name:
            # What may stand in no URL is encoded; WSGI hands bytes over as Latin-1.
            return quote(value, safe="%/:;=+,!*()'~@$?-._", encoding="latin-1")
    return ""


def allow_forms_to(response: HttpResponse, uri: str) -> None:
    """Let a form, here or before, lead on to a client whose URI was checked; our policy keeps others on this site."""
    policy = {**settings.SECURE_CSP, "form-action": [*settings.SECURE_CSP["form-action"], _origin(uri)]}
    response._csp_config = policy  # type: ignore[attr-defined]  # what Django's own decorator sets


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _joint(uri: str) -> str:
    if "?" not in uri:
        return "?"
    return "" if uri.endswith(("?", "&")) else "&"
