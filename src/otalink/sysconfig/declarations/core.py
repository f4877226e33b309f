"""The run-time settings of the whole installation."""

from __future__ import annotations

from typing import Any

from otalink.common.languages import LANGUAGES
from otalink.sysconfig.setting import InvalidValue, Setting

_NAVIGATION = "Core"
_SPOKEN = " or ".join(LANGUAGES)


def _digits(value: Any) -> str:
    digits = str(value)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 4:
        raise InvalidValue(f"one to four digits are needed, not {value!r}")
    return digits


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise InvalidValue(f"{_SPOKEN} is needed, not {value!r}")
    return str(value)


SYSTEM_ID = Setting(
    name="SystemID",
    navigation=_NAVIGATION,
    default="10",
    parse=_digits,
    kind="digits",
    help="Part of every ticket number of the embedded desk.",
)

DEFAULT_LANGUAGE = Setting(
    name="DefaultLanguage",
    navigation=_NAVIGATION,
    default="en",
    parse=_language,
    kind="language code",
    help=f"For customer users whose language nobody knows: {_SPOKEN}.",
)
