"""Reading one backend's table of the configuration: every value is checked, every unknown key refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class WrongOption(Exception):
    """A value we cannot start with: which key, what is wrong, what is accepted. Never the value of a secret."""

    def __init__(self, key: str, problem: str, accepted: str) -> None:
        super().__init__(key, problem, accepted)
        self.key, self.problem, self.accepted = key, problem, accepted


class Options:
    """One TOML table. Each getter takes its key out; `nothing_else` refuses what is left."""

    def __init__(self, table: Mapping[str, Any], prefix: str = "") -> None:
        self._left = dict(table)
        self._known: list[str] = []
        self._prefix = prefix

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there.

        Raises:
            WrongOption
        """
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.wrong(key, _problem(value), "a text")
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """One text or a list of them; without a default there must be one.

        Raises:
            WrongOption
        """
        value = self._take(key, default)
        values = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
        if not values or not all(isinstance(item, str) and item for item in values):
            raise self.wrong(key, _problem(value or None), "a text, or a list of texts")
        return values

    def number(self, key: str, default: int, *, least: int = 1, most: int) -> int:
        """A whole number.

        Raises:
            WrongOption
        """
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(key, f"{value!r} will not do", f"a whole number from {least} to {most}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Yes or no.

        Raises:
            WrongOption
        """
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"{value!r} will not do", "true or false")
        return value

    def secret(self, key: str) -> str:
        """A text given as itself or, under `<key>_file`, as the path of a file that holds it; "" where there is none.

        Raises:
            WrongOption
        """
        value, path = self._take(key, ""), self.text(f"{key}_file", "")
        if not isinstance(value, str):
            raise self.wrong(key, f"a {type(value).__name__} will not do", "a text")
        if not path:
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise self.wrong(f"{key}_file", f"cannot read {path!r} ({error})", "a readable text file") from error

    def table(self, key: str) -> Options:
        """A table within; empty where there is none.

        Raises:
            WrongOption
        """
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"{value!r} will not do", "a table")
        return Options(value, f"{self._prefix}{key}.")

    def value(self, key: str) -> str | int | bool | None:
        """A text, a whole number or yes or no; None where there is none.

        Raises:
            WrongOption
        """
        value = self._take(key, None)
        if value is not None and not isinstance(value, str | int | bool):
            raise self.wrong(key, f"{value!r} will not do", "a text, a whole number, true or false")
        return value

    def nothing_else(self) -> None:
        """Refuse what no getter asked for, which is a typing mistake more often than not.

        Raises:
            WrongOption
        """
        for key in self._left:
            raise self.wrong(key, "unknown", ", ".join(self._known))

    def wrong(self, key: str, problem: str, accepted: str) -> WrongOption:
        """What to raise about a key of this table."""
        return WrongOption(f"{self._prefix}{key}", problem, accepted)

    def _take(self, key: str, default: object) -> Any:
        self._known.append(key)
        return self._left.pop(key, default)


def _problem(value: object) -> str:
    return "missing" if value is None or value == "" else f"{value!r} will not do"
