"""What settings, mail accounts and mails name: queues, dynamic fields, notifications, customer user backends.

Declarations know nothing of the packages that have such things. So each of these says, when Django starts, how to find
out which there are; a value is checked against that where it is saved, and offered as a choice on its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from otalink.common.nearest import nearest

_MOST_TOLD = 10


class Kind(StrEnum):
    """What a name is the name of, in the words that an operator is told."""

    QUEUE = "queue"
    STATE = "state"
    PRIORITY = "priority"
    FIELD = "dynamic field"
    CHECKBOX = "dynamic field of type checkbox"
    BACKEND = "customer user backend"
    LINK_NOTIFICATION = "notification that holds <OTOBO_OTACustomerTicketLink>"


@dataclass(frozen=True)
class Mention:
    """A name in a value; `part` is the key it stands under, empty where the value is nothing but the name."""

    kind: Kind
    name: str
    part: str = ""


@runtime_checkable
class Naming(Protocol):
    """A parser of values that may name something."""

    def mentions(self, value: Any) -> Iterator[Mention]:
        """What a value that this parser took names."""
        ...


_registered: dict[Kind, Callable[[], Iterable[str] | None]] = {}


def register(kind: Kind, names: Callable[[], Iterable[str] | None]) -> None:
    """Say how to find out which there are; `names` is called each time somebody asks, and gives None for not now."""
    _registered[kind] = names


def existing(kind: Kind) -> list[str] | None:
    """The names of all there are; None where nobody here knows, as of a desk that is another system, and away.

    Raises:
        django.db.Error
    """
    names = _registered[kind]() if kind in _registered else None
    return None if names is None else list(names)


def problem(kind: Kind, name: str) -> str:
    """That there is none of that name, in one line with the nearest; empty where there is, or where nobody knows.

    Raises:
        django.db.Error
    """
    known = existing(kind)
    if known is None or name in known:
        return ""
    if near := nearest(name, known):
        return f"there is no {kind} {name!r}; the nearest is {near!r}"
    listed = ", ".join(sorted(known)[:_MOST_TOLD])
    return f"there is no {kind} {name!r}; {f'there are: {listed}' if listed else 'there is none yet'}"


def mentions(parse: object, value: Any) -> Iterator[Mention]:
    """What a value that `parse` took names."""
    if isinstance(parse, Naming):
        yield from parse.mentions(value)


def in_parts(parsers: Mapping[str, object], value: Mapping[str, Any]) -> Iterator[Mention]:
    """What the parts of a value name, each taken by the parser of its key."""
    for key, parse in parsers.items():
        for mention in mentions(parse, value[key]):
            yield replace(mention, part=f"{key}: {mention.part}" if mention.part else key)


def problems(parse: object, value: Any) -> Iterator[tuple[Mention, str]]:
    """What a value names that is not there, each with its line, which begins with the part.

    Raises:
        django.db.Error
    """
    for mention in mentions(parse, value):
        if said := problem(mention.kind, mention.name):
            yield mention, f"{mention.part}: {said}" if mention.part else said
