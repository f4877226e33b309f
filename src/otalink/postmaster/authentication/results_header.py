"""What our own mail servers wrote into `Authentication-Results` (RFC 8601), and nobody else.

A header counts under two conditions, since everybody can write one: it bears the name of a server that the settings
trust, and it stands where only that server can have put it, above the `Received` header of the next server outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from otalink.mail.headers import Headers
from otalink.postmaster.authentication.domains import of_address
from otalink.postmaster.authentication.method_result import MethodResult
from otalink.sysconfig import store
from otalink.sysconfig.declarations import RECEIVED_ABOVE, TRUSTED_SERVERS

# The name in the settings for headers that name no server.
UNNAMED = "-"
_METHODS = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",), "dmarc": ("header.from",)}
_RESULT = re.compile(r"\s*([a-z-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"(?<!\S)([a-z]+\s*\.\s*[a-z-]+)\s*=\s*(\S+)", re.IGNORECASE)
_POLICY = re.compile(r"(?:^|[\s(.])(?:p|policy|action)\s*=\s*o?(none|quarantine|reject)\b", re.IGNORECASE)
_MAX_LENGTH = 20_000


def checks(headers: Headers) -> list[MethodResult]:
    """The checks that trusted servers made; of several headers that name a method, the topmost counts."""
    trusted = set(store.get(TRUSTED_SERVERS).split())
    found: list[MethodResult] = []
    for value in _within(headers, store.get(RECEIVED_ABOVE)) if trusted else ():
        known = {check.method for check in found}
        found += [check for check in read(value, trusted) if check.method not in known]
    return found


def _within(headers: Headers, received_above: int) -> Iterator[str]:
    """The values of the headers that stand high enough."""
    received = 0
    for name, value in headers.names:
        received += name.lower() == "received"
        if received > received_above:
            return
        if name.lower() == "authentication-results":
            yield value


def read(value: str, trusted: set[str]) -> list[MethodResult]:
    """The checks in one header; none where it is not of a trusted server, or not well formed."""
    parts = _parts(value[:_MAX_LENGTH])
    if not parts:
        return []
    server = (parts[0][0].split() or [""])[0].lower()
    if "=" in parts[0][0]:
        server = UNNAMED
    else:
        parts = parts[1:]
    return [check for text, said in parts if (check := _check(text, said))] if server in trusted else []


def _check(text: str, said: str) -> MethodResult | None:
    found = _RESULT.match(text)
    method = found[1].lower() if found else ""
    if not found or method not in _METHODS:
        return None
    properties: dict[str, str] = {}
    for name, property_ in _PROPERTY.findall(text[found.end() :]):
        properties.setdefault("".join(name.lower().split()), property_)
    domain = next((of_address(properties[name]) for name in _METHODS[method] if name in properties), "")
    policy = _POLICY.search(f"{said} {text}") if method == "dmarc" else None
    return MethodResult(method, found[2].lower(), domain, policy[1].lower() if policy else "")


def _parts(value: str) -> list[tuple[str, str]]:
    """What stands between semicolons, each without its comments, and the comments; empty where quotes do not match."""
    texts, comments, depth, quoted = [""], [""], 0, False
    characters = iter(value)
    for character in characters:
        if character == "\\" and (depth or quoted):
            character = next(characters, "")  # noqa: PLW2901 - the escaped one is a plain character
        elif character == '"' and not depth:
            quoted = not quoted
            continue
        elif character in "()" and not quoted:
            depth += 1 if character == "(" else -1
            comments[-1] += " "
            continue
        elif character == ";" and not quoted and not depth:
            texts.append("")
            comments.append("")
            continue
        if depth < 0:
            return []
        target = comments if depth else texts
        # Quoted, it is part of one word, whatever it looks like.
        target[-1] += "_" if quoted and character in " \t=;" else character
    return [] if depth or quoted else list(zip(texts, comments, strict=True))
