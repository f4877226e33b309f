"""`Match`: what a header or the text says decides where a new ticket goes, or that a mail is dropped.

    {"Module": "Match", "Match": {"Subject": "order (?P<order>[0-9]+)"},
     "Set": {"X-OTOBO-Queue": "Orders", "X-OTOBO-DynamicField-Order": "{order}"}}

Every condition must hold. `X-OTOBO-Ignore` drops new tickets and follow-ups; the rest is for new tickets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from otalink.mail.automatic import is_off
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.filters.base import Context, Continue, FilterResult, Ignore
from otalink.postmaster.filters.conditions import capture_names, captures, conditions
from otalink.sysconfig.named import Kind, Mention
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import InvalidValue, mapping, text

_PREFIX = "X-OTOBO-"
# Whose ticket it is, no pattern decides: a mail says whatever its sender likes.
_DIRECTIVE = re.compile(r"(?i)X-OTOBO-(?:Queue|State|Priority|Title|Ignore|DynamicField-\w{1,100})")
_CAPTURE = re.compile(r"\{(\w+)\}")
_IGNORE, _FIELD = "Ignore", "DynamicField-"


def _directive(value: Any) -> str:
    name = text(value)
    if not _DIRECTIVE.fullmatch(name):
        raise InvalidValue(
            f"X-OTOBO-Queue, -State, -Priority, -Title, -Ignore or -DynamicField-NAME is needed, not {name!r}"
        )
    rest = name[len(_PREFIX) :]
    return f"{_PREFIX}{_FIELD}{rest[len(_FIELD) :]}" if "-" in rest else f"{_PREFIX}{rest.capitalize()}"


_KINDS = {"Queue": Kind.QUEUE, "State": Kind.STATE, "Priority": Kind.PRIORITY}
_directives = mapping(_directive, text)


@dataclass(frozen=True)
class _Directives:
    """A parser for a JSON object of headers with their values."""

    kinds: ClassVar = (*_KINDS.values(), Kind.FIELD)

    def __call__(self, value: Any) -> dict[str, str]:
        return _directives(value)

    def mentions(self, value: Mapping[str, str]) -> Iterator[Mention]:
        """The queue, state, priority and dynamic fields; what a mail says in their place is not known before."""
        for header, named in value.items():
            rest = header[len(_PREFIX) :]
            if rest.startswith(_FIELD):
                yield Mention(Kind.FIELD, rest[len(_FIELD) :], header)
            elif rest in _KINDS and named and not _CAPTURE.search(named):
                yield Mention(_KINDS[rest], named, header)


class Match:
    """The pre-filter."""

    KEYS: Mapping[str, Key[Any]] = {"Match": Key(conditions, {}), "Set": Key(_Directives(), {})}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._match: dict[str, str] = config["Match"]
        self._set: dict[str, str] = {name[len(_PREFIX) :]: value for name, value in config["Set"].items()}
        if not self._match or not self._set:
            raise InvalidValue("at least one condition in Match and one header in Set are needed")
        named = {name for value in self._set.values() for name in _CAPTURE.findall(value)}
        if missing := sorted(named - capture_names(self._match)):
            raise InvalidValue(f"Set: a capture (?P<{missing[0]}>...) in Match is needed for {{{missing[0]}}}")

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Set what is configured, or drop the mail, where every condition holds."""
        caught = captures(self._match, mail)
        if caught is None:
            return Continue(mail)
        found = {name: _CAPTURE.sub(lambda use: caught[use[1]], value) for name, value in self._set.items()}
        if not is_off(found.pop(_IGNORE, "")):
            return Ignore(f"matched {', '.join(self._match)}")
        if not found or not context.is_new_ticket:
            return Continue(mail)
        return Continue(mail, context.filing.with_directives(found))
