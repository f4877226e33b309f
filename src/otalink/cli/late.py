"""A module that is imported when one of its functions is called: before that, Django may not be set up."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """Stands for the module of that name; type checkers are shown the real one instead."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
