"""One setting: its published name, type, default, check and help in one declaration."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from otalink.sysconfig import named
from otalink.sysconfig.named import Kind, Mention


class InvalidValue(ValueError):
    """A value the setting does not take; the text says what it takes."""


class UnknownSetting(LookupError):
    """No setting of that name."""


@dataclass(frozen=True)
class Setting[T]:
    """A declared setting.

    `parse` turns what an operator typed, or JSON that was stored, into `T` and raises `InvalidValue`.
    `navigation` is the published navigation group.
    """

    name: str
    navigation: str
    default: T
    parse: Callable[[Any], T]
    help: str
    kind: str


def integer(minimum: int, maximum: int) -> Callable[[Any], int]:
    """A parser for whole numbers from `minimum` to `maximum`."""

    def parse(value: Any) -> int:
        try:
            number = int(str(value).strip())
        except ValueError:
            raise InvalidValue(f"a whole number is needed, not {value!r}") from None
        if not minimum <= number <= maximum:
            raise InvalidValue(f"a whole number from {minimum} to {maximum} is needed, not {number}")
        return number

    return parse


def text(value: Any) -> str:
    """A parser for one line of text, which may be empty."""
    if not isinstance(value, str) or "\n" in value.strip():
        raise InvalidValue("one line of text is needed")
    return value.strip()


def boolean(value: Any) -> bool:
    """A parser for yes or no: 1, 0, yes, no, true, false."""
    known = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False, "": False}
    key = str(value).strip().lower()
    if key not in known:
        raise InvalidValue(f"1 or 0 is needed, not {value!r}")
    return known[key]


def message(value: Any) -> dict[str, str]:
    """A parser for text shown to customers: a text for every language, or a mapping of language code to text."""
    if isinstance(value, str):
        value = json_object(value) if value.strip().startswith("{") else {"en": value}
    if not isinstance(value, Mapping) or not all(isinstance(v, str) and v.strip() for v in value.values()):
        raise InvalidValue('a text is needed, or a JSON object such as {"en": "...", "de": "..."}')
    if "en" not in value:
        raise InvalidValue('a text for "en" is needed: it serves every language without one of its own')
    return {str(language): str(words).strip() for language, words in value.items()}


def in_language(messages: Mapping[str, str], language: str) -> str:
    """The text for a language code such as "de" or "de-at"; English where there is none."""
    return messages.get(language) or messages.get(language.partition("-")[0]) or messages["en"]


@dataclass(frozen=True)
class NameOf:
    """A parser for the name of something, or nothing.

    Whether it is there is asked where a value is saved, not here: what goes away later must not make the whole setting
    invalid.
    """

    kind: Kind

    def __call__(self, value: Any) -> str:
        """See `text`."""
        return text(value)

    def mentions(self, value: str) -> Iterator[Mention]:
        """The name, if there is one."""
        if value:
            yield Mention(self.kind, value)


@dataclass(frozen=True)
class Fields:
    """A parser for a JSON object with just these keys, each with a parser of its own."""

    parsers: Mapping[str, Callable[[Any], Any]]

    def __call__(self, value: Any) -> dict[str, Any]:
        """Check the object and each of its parts."""
        if isinstance(value, str):
            value = json_object(value)
        if not isinstance(value, Mapping) or set(value) != set(self.parsers):
            raise InvalidValue(f"a JSON object with the keys {', '.join(self.parsers)} is needed")
        return {key: _parse_field(key, parse, value[key]) for key, parse in self.parsers.items()}

    def parsers_of(self, _value: Mapping[str, Any]) -> Mapping[str, Callable[[Any], Any]]:
        """The parser of each part."""
        return self.parsers

    def mentions(self, value: Mapping[str, Any]) -> Iterator[Mention]:
        """What the parts name."""
        return named.in_parts(self.parsers, value)


def fields(**parsers: Callable[[Any], Any]) -> Fields:
    """A parser for a JSON object with just these keys, each with a parser of its own."""
    return Fields(parsers)


def _parse_field(key: str, parse: Callable[[Any], Any], value: Any) -> Any:
    try:
        return parse(value)
    except InvalidValue as error:
        raise InvalidValue(f"{key}: {error}") from None


def mapping(parse_key: Callable[[Any], str], parse_value: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """A parser for a JSON object with any keys that `parse_key` takes; it may be empty."""

    def parse(value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            value = json_object(value) if value.strip() else {}
        if not isinstance(value, Mapping):
            raise InvalidValue("a JSON object is needed")
        return {parse_key(key): _parse_field(key, parse_value, part) for key, part in value.items()}

    return parse


def json_object(value: str) -> Any:
    """What a JSON text says.

    Raises:
        InvalidValue: it is none.
    """
    try:
        return json.loads(value)
    except ValueError:
        raise InvalidValue("that is not a JSON object") from None
