"""`otalink otobo import`: everything that is taken over from the add-on, as often as one likes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TextIO

from otalink.desk.port import DeskUnavailable
from otalink.otobo.importing import findings, settings, tokens

_BAR = 40


def run() -> dict[str, Any]:
    """Take links and settings over, with a bar on standard error; what was found, and what is left to do.

    Raises:
        DeskUnavailable: OTOBO cannot be read; what was taken so far is kept.
    """
    try:
        total = tokens.total()
    except DeskUnavailable as error:
        raise DeskUnavailable(f"{error}; `otalink otobo sql --import` prints the rights that this needs") from error
    taken_settings = _settings()
    counts = tokens.take(bar(sys.stderr, total))
    return {
        "links": counts.as_record(),
        "settings": taken_settings,
        "wrong there": findings.wrong(counts),
        "switch off": findings.SWITCH_OFF,
    }


def _settings() -> list[dict[str, Any]] | str:
    try:
        return [{"setting": each.setting, "value": each.value, "became": each.became} for each in settings.take()]
    except DeskUnavailable as error:
        # Links must go on working; a setting can be typed in.
        return f"not read ({error}); set them with `otalink sysconfig set`"


def bar(stream: TextIO, total: int) -> Callable[[int], None]:
    """Shows a bar that grows, where somebody watches; elsewhere nothing."""
    if not stream.isatty() or not total:
        return lambda _done: None

    def report(done: int) -> None:
        share = min(1.0, done / total)
        stream.write(f"\r[{'#' * int(share * _BAR):<{_BAR}}] {share:4.0%} {done} links" + "\n" * (done >= total))
        stream.flush()

    return report
