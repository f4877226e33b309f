"""The pre-filters that are configured, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.utils.module_loading import import_string

from otalink.desk.types import Ticket
from otalink.mail.automatic import is_off
from otalink.mail.incoming import PREFIX, IncomingMail
from otalink.postmaster.filing import Filing
from otalink.postmaster.filters.base import Context, Continue, Finisher, Ignore, PreFilter, Reject, TicketFinder
from otalink.postmaster.filters.order import BUILT_IN, in_order
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.patterns import MODULE, PRE_FILTERS

# By this directive filters of the first version, which knew no filing, said whether the customer may see a follow-up.
_VISIBLE = "FollowUp-IsVisibleForCustomer"


@dataclass(frozen=True)
class _Chain:
    """The filters that are configured, by name in their order, and which of them do more than look at a mail."""

    filters: Mapping[str, PreFilter]
    finders: tuple[TicketFinder, ...]
    finishers: tuple[Finisher, ...]


# The chain of the settings as they were read last; a change of the settings brings a new mapping.
_latest: list[tuple[Mapping[str, Any], _Chain]] = []


@dataclass(frozen=True)
class Passage:
    """What the pre-filters made of a mail, and the names of those that changed or stopped it.

    Where one stopped it, `stopped` is its word; mail and filing are then as they were before.
    """

    mail: IncomingMail
    filing: Filing
    acted: tuple[str, ...] = ()
    stopped: Ignore | Reject | None = None


def run(mail: IncomingMail, context: Context) -> Passage:
    """Send a mail through the pre-filters: the first that stops it has the last word.

    Raises:
        ImportError, InvalidValue: a setting names a class that is not there.
    """
    passage = look(mail, context)
    return passage if passage.stopped else finish(passage, context)


def look(mail: IncomingMail, context: Context) -> Passage:
    """The same as far as the pre-filters only look at the mail; it may ask other systems.

    Raises:
        ImportError, InvalidValue: a setting names a class that is not there.
    """
    passage = Passage(mail, context.filing)
    for name, pre_filter in _configured().filters.items():
        before, passage = passage, _pass(passage, name, pre_filter, context)
        if passage.stopped:
            return passage
        if passage.filing is not before.filing:
            context = replace(context, filing=passage.filing)
    return passage


def finish(passage: Passage, context: Context) -> Passage:
    """What is left to do once every filter let a mail pass, in the transaction that keeps what became of it.

    Raises:
        ImportError, InvalidValue: a setting names a class that is not there.
    """
    for finisher in _configured().finishers:
        filing = finisher.finish(passage.mail, replace(context, filing=passage.filing))
        passage = replace(passage, filing=filing)
    return passage


def find_ticket(mail: IncomingMail) -> Ticket | None:
    """The ticket that a mail continues, as far as a pre-filter knows.

    Raises:
        ImportError, InvalidValue: a setting names a class that is not there.
    """
    return next((ticket for finder in _configured().finders if (ticket := finder.find_ticket(mail))), None)


def _pass(before: Passage, name: str, pre_filter: PreFilter, context: Context) -> Passage:
    result = pre_filter(before.mail, context)
    if not isinstance(result, Continue):
        return replace(before, acted=(*before.acted, name), stopped=result)
    filing = _directed(result.filing or before.filing, before.mail, result.mail.directives)
    if result.mail is before.mail and filing is before.filing:
        return before
    return Passage(result.mail, filing, (*before.acted, name))


def _directed(filing: Filing, mail: IncomingMail, after: Mapping[str, str]) -> Filing:
    """The filing with what a filter of the first version changed in the mail's directives instead."""
    before = mail.directives
    if after is before:
        return filing
    kept = {name: value for name, value in filing.directives.items() if name in after or name not in before}
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if said := changed.pop(_VISIBLE, ""):
        # A filter that copies what a mail says of itself must not show it: that would be its sender's word.
        is_shown = not is_off(said) and not mail.headers.all(f"{PREFIX}{_VISIBLE}".lower())
        filing = replace(filing, visible=is_shown)
    return replace(filing, directives={**kept, **changed})


def _configured() -> _Chain:
    values = store.stored_values()
    for seen, chain in _latest:
        if seen is values:
            return chain
    filters = dict(_made(values))
    chain = _Chain(
        filters,
        finders=tuple(one for one in filters.values() if isinstance(one, TicketFinder)),
        finishers=tuple(one for one in filters.values() if isinstance(one, Finisher)),
    )
    _latest[:] = [(values, chain)]
    return chain


def _made(values: Mapping[str, Any]) -> Iterator[tuple[str, PreFilter]]:
    prefix = PRE_FILTERS.prefix
    for name in in_order(name.removeprefix(prefix) for name in (*SETTINGS, *values) if name.startswith(prefix)):
        setting = f"{prefix}{name}"
        # An added one that can no longer be understood stops the mail: it may be what keeps unwanted mail out.
        config = store.get(SETTINGS[setting]) if setting in SETTINGS else PRE_FILTERS.parse(values[setting])
        yield name, cast(PreFilter, _class_of(name, config[MODULE])(config))


def _class_of(name: str, module: str) -> type[Any]:
    """The class that a setting names in its `Module`, also for a built-in filter."""
    built_in = BUILT_IN.get(name)
    if built_in and module == f"{built_in.__module__}.{built_in.__qualname__}":
        return built_in
    found: type[Any] = import_string(module) if "." in module else PRE_FILTERS.find(module)
    return found
