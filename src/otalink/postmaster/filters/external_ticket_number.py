"""`ExternalTicketNumberRecognition`: another system's number in a mail leads to the ticket that has it.

The first mail with a number leaves it in a dynamic field; every later one with the same number goes to that ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otalink.desk.current import get_mail_desk
from otalink.desk.types import StateType, Ticket
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.filters.conditions import capture_names, pattern, search
from otalink.sysconfig.named import Kind
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import InvalidValue, NameOf, boolean, text

_NUMBER = "number"
# A dynamic field holds no more than this of a number, and no system has longer ones.
_LONGEST = 100


def _state_types(value: Any) -> str:
    names = [name.strip().lower() for name in text(value).split(";") if name.strip()]
    if wrong := [name for name in names if name not in set(StateType)]:
        raise InvalidValue(f"state types such as new;open;pending reminder are needed, not {wrong[0]!r}")
    return ";".join(names)


class ExternalTicketNumberRecognition:
    """The pre-filter, and the one that finds the ticket; `TicketStateTypes` empty means a ticket in any state."""

    KEYS: Mapping[str, Key[Any]] = {
        "FromAddressRegExp": Key(pattern, ""),
        "NumberRegExp": Key(pattern, ""),
        "SearchInSubject": Key(boolean, default=True),
        "SearchInBody": Key(boolean, default=False),
        "DynamicFieldName": Key(NameOf(Kind.FIELD), ""),
        "TicketStateTypes": Key(_state_types, ""),
    }

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._from: str = config["FromAddressRegExp"]
        self._expression: str = config["NumberRegExp"]
        self._in_subject: bool = config["SearchInSubject"]
        self._in_body: bool = config["SearchInBody"]
        self._field: str = config["DynamicFieldName"]
        self._state_types = set(config["TicketStateTypes"].split(";")) - {""}
        if _NUMBER not in capture_names({"": self._expression}):
            raise InvalidValue(f"NumberRegExp: a capture named {_NUMBER} is needed, such as case (?P<{_NUMBER}>[0-9]+)")
        if not self._field:
            raise InvalidValue("DynamicFieldName: the name of a dynamic field is needed")

    def find_ticket(self, mail: IncomingMail) -> Ticket | None:
        """The ticket that has the number in the mail."""
        number = self._number(mail)
        ticket = get_mail_desk().find_ticket_by_dynamic_field(self._field, number) if number else None
        is_wanted = ticket is not None and (not self._state_types or ticket.state_type in self._state_types)
        return ticket if is_wanted else None

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Keep the number of a new ticket."""
        number = self._number(mail) if context.is_new_ticket else ""
        if not number:
            return Continue(mail)
        return Continue(mail, context.filing.with_directives({f"DynamicField-{self._field}": number}))

    def _number(self, mail: IncomingMail) -> str:
        if self._from and search(self._from, mail.author_address) is None:
            return ""
        texts = [mail.subject] * self._in_subject + [mail.text] * self._in_body
        found = (search(self._expression, text) for text in texts)
        number = next((caught[_NUMBER].strip() for caught in found if caught), "")
        return number if len(number) <= _LONGEST else ""
