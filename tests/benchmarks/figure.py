"""One measured figure, and the goal it is held against."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `goal` is its text, `met` whether it was reached (None: no goal)."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None


def at_least(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that must not be smaller than `goal`."""
    return Figure(name, value, unit, f">= {goal:,g}", value >= goal)


def at_most(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that must not be larger than `goal`."""
    return Figure(name, value, unit, f"<= {goal:,g}", value <= goal)


def print_figures(figures: list[Figure]) -> None:
    """One JSON document on standard output; everything else a benchmark says goes to standard error."""
    json.dump([asdict(figure) for figure in figures], sys.stdout)
