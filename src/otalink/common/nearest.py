"""What somebody probably meant who mistyped a name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LEAST_ALIKE = 0.6


def nearest(name: str, known: Iterable[str], least: float = _LEAST_ALIKE) -> str:
    """The known name that is most like `name`, whatever their case; empty where none is like it.

    `least` is how much alike they must be, 1.0 being the same.
    """
    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), by_lower, 1, least)
    return by_lower[found[0]] if found else ""
