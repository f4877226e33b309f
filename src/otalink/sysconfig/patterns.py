"""Settings that operators add, any number of them, below one published prefix.

Each names a class in its `Module`: by dotted name, or by the name under which an installed package offers it in the
pattern's entry point group. The class says in `KEYS` what else its settings hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from otalink.sysconfig import named
from otalink.sysconfig.named import Mention
from otalink.sysconfig.setting import InvalidValue, Setting, json_object

MODULE = "Module"


@dataclass(frozen=True)
class Key[T]:
    """One key of an added setting: how it is checked, and what holds where it is not named."""

    parse: Callable[[Any], T]
    default: Any


@dataclass(frozen=True)
class Pattern:
    """Settings named `prefix` and then something of the form `names`; it is the parser of their values."""

    prefix: str
    names: re.Pattern[str]
    example: str
    navigation: str
    kind: str
    help: str
    group: str

    def covers(self, name: str) -> bool:
        """Whether a setting of that name may be added."""
        return name.startswith(self.prefix) and bool(self.names.fullmatch(name[len(self.prefix) :]))

    def setting(self, name: str, module: str) -> Setting[Any]:
        """The declaration of an added setting. Its default holds what its class has where nothing is named."""
        return Setting(name, self.navigation, self._default(module), self, self.help, self.kind)

    def __call__(self, value: Any) -> dict[str, Any]:
        """See `parse`."""
        return self.parse(value)

    def parse(self, value: Any) -> dict[str, Any]:
        """Check a value by what its class and its constructor say; keys that are not named have their default.

        Raises:
            InvalidValue
        """
        value = json_object(value) if isinstance(value, str) else value
        if not isinstance(value, Mapping) or not value.get(MODULE):
            raise InvalidValue(f"a JSON object with the key {MODULE} is needed")
        keys = self._keys(value[MODULE])
        if unknown := sorted(set(value) - {MODULE, *keys}):
            raise InvalidValue(f"{', '.join(unknown)} is not needed; the keys are {', '.join([MODULE, *keys])}")
        checked = {MODULE: value[MODULE], **{name: _checked(name, key, value) for name, key in keys.items()}}
        self.find(value[MODULE])(checked)
        return checked

    def find(self, module: str) -> type[Any]:
        """The class that a `Module` names.

        Raises:
            InvalidValue: there is none.
        """
        return _find(module, self.group)

    def module(self, value: Any) -> str:
        """A parser for a `Module` alone.

        Raises:
            InvalidValue: there is no such class.
        """
        self.find(value)
        return str(value)

    def parsers_of(self, value: Mapping[str, Any]) -> Mapping[str, Callable[[Any], Any]]:
        """The parser of each part of a value, as the class that it names says."""
        return {MODULE: self.module, **{name: key.parse for name, key in self._keys(value[MODULE]).items()}}

    def mentions(self, value: Mapping[str, Any]) -> Iterator[Mention]:
        """What the parts of a value name."""
        return named.in_parts(self.parsers_of(value), value)

    def offered(self) -> list[str]:
        """The modules that installed packages offer, ours among them."""
        return sorted({point.name for point in entry_points(group=self.group)})

    def _keys(self, module: str) -> Mapping[str, Key[Any]]:
        keys = getattr(self.find(module), "KEYS", None)
        if not isinstance(keys, Mapping):
            raise InvalidValue(f"{MODULE}: {module} has no KEYS, so it is not needed here")
        return keys

    def _default(self, module: str) -> dict[str, Any]:
        try:
            return {MODULE: module, **{name: key.default for name, key in self._keys(module).items()}}
        except InvalidValue:
            # What an uninstalled package left behind must still be there to look at and to remove.
            return {MODULE: module}


def _checked(name: str, key: Key[Any], value: Mapping[str, Any]) -> Any:
    try:
        return key.parse(value.get(name, key.default))
    except InvalidValue as error:
        raise InvalidValue(f"{name}: {error}") from None


@cache
def _find(module: str, group: str) -> type[Any]:
    try:
        if "." not in str(module):
            (point,) = {point.value: point for point in entry_points(group=group, name=module)}.values()
            found = point.load()
        else:
            path, _, name = module.rpartition(".")
            found = getattr(import_module(path), name)
    except (ImportError, AttributeError, ValueError):
        raise InvalidValue(f"{MODULE}: a class, or a name that a package offers, is needed, not {module!r}") from None
    if not isinstance(found, type):
        raise InvalidValue(f"{MODULE}: a class is needed, {module!r} is none")
    return found


PRE_FILTERS = Pattern(
    prefix="PostMaster::PreFilterModule###",
    names=re.compile(r"\d{3}-[A-Za-z0-9]{1,60}"),
    example="500-Orders",
    navigation="Core::Email::PostMaster",
    kind="pre-filter",
    help="A pre-filter that was added; pre-filters run in the order of their names.",
    group="otalink.pre_filters",
)
PATTERNS = (PRE_FILTERS,)
