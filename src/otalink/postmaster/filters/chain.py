"""The pre-filters that are configured, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.utils.module_loading import import_string

from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.filters.base import Context, Continue, FilterResult, PreFilter, TicketFinder
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.patterns import MODULE, PRE_FILTERS

# The filters of the settings as they were read last; a change of the settings brings a new mapping.
_latest: list[tuple[Mapping[str, Any], dict[str, PreFilter]]] = []


@dataclass(frozen=True)
class Passage:
    """What the pre-filters made of a mail, and the names of those that changed or stopped it."""

    result: FilterResult
    acted: tuple[str, ...] = ()


def run(mail: IncomingMail, context: Context) -> Passage:
    """Send a mail through the pre-filters: the first that stops it has the last word.

    Raises:
        ImportError, InvalidValue: a setting names a class that is not there.
    """
    result: FilterResult = Continue(mail)
    acted: list[str] = []
    for name, pre_filter in _configured().items():
        if not isinstance(result, Continue):
            break
        before = result.mail
        result = pre_filter(before, context)
        if not isinstance(result, Continue) or result.mail is not before:
            acted.append(name)
    return Passage(result, tuple(acted))


def find_ticket(mail: IncomingMail) -> Ticket | None:
    """The ticket that a mail continues, as far as a pre-filter knows.

    Raises:
        ImportError, InvalidValue: a setting names a class that is not there.
    """
    finders = (pre_filter for pre_filter in _configured().values() if isinstance(pre_filter, TicketFinder))
    return next((ticket for finder in finders if (ticket := finder.find_ticket(mail))), None)


def _configured() -> dict[str, PreFilter]:
    values = store.stored_values()
    for seen, filters in _latest:
        if seen is values:
            return filters
    filters = dict(_made(values))
    _latest[:] = [(values, filters)]
    return filters


def _made(values: Mapping[str, Any]) -> Iterator[tuple[str, PreFilter]]:
    names = {name for name in (*SETTINGS, *values) if name.startswith(PRE_FILTERS.prefix)}
    for name in sorted(names):
        # An added one that can no longer be understood stops the mail: it may be what keeps unwanted mail out.
        config = store.get(SETTINGS[name]) if name in SETTINGS else PRE_FILTERS.parse(values[name])
        module = config[MODULE]
        made = import_string(module) if "." in module else PRE_FILTERS.find(module)
        yield name.removeprefix(PRE_FILTERS.prefix), cast(PreFilter, made(config))
