"""Patterns that operators write, and what of a mail they are held against.

RE2 runs them: its time grows with the text alone, so neither a careless pattern nor a malicious mail can hold intake
up, as both can with backtracking.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import re2

from otalink.mail.headers import decode_words
from otalink.mail.incoming import IncomingMail
from otalink.sysconfig.setting import InvalidValue, mapping, text

BODY = "Body"
# Characters of a text that are looked at.
_MAX_SEARCHED = 1_000_000


def pattern(value: Any) -> str:
    """A parser for a pattern in RE2's syntax; it may be empty.

    Raises:
        InvalidValue
    """
    line = text(value)
    _compiled(line)
    return line


def conditions(value: Any) -> dict[str, str]:
    """A parser for a JSON object of header names, or `Body`, each with a pattern.

    Raises:
        InvalidValue
    """
    return mapping(_name, pattern)(value)


def search(expression: str, value: str) -> dict[str, str] | None:
    """The named captures of the first place where a pattern matches, in any case; None where there is none."""
    found = _compiled(expression).search(value[:_MAX_SEARCHED])
    return {name: part or "" for name, part in found.groupdict().items()} if found else None


def captures(wanted: Mapping[str, str], mail: IncomingMail) -> dict[str, str] | None:
    """The named captures of all conditions together; None unless every one of them holds."""
    caught: dict[str, str] = {}
    for name, expression in wanted.items():
        found = search(expression, _value(name, mail))
        if found is None:
            return None
        caught |= found
    return caught


def capture_names(wanted: Mapping[str, str]) -> set[str]:
    """The names of all captures in these conditions."""
    return {name for expression in wanted.values() for name in _compiled(expression).groupindex}


def _value(name: str, mail: IncomingMail) -> str:
    if name == BODY:
        return mail.text
    return "\n".join(decode_words(value) for value in mail.headers.all(name.lower()))


def _name(value: Any) -> str:
    name = text(value).removesuffix(":")
    if not name or not name.isascii() or not name.replace("-", "").isalnum():
        raise InvalidValue(f"the name of a header or {BODY} is needed, not {value!r}")
    return name


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        raise InvalidValue(f"a pattern in RE2's syntax is needed: {_why(error)}") from None


def _why(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
