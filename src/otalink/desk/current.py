"""The desk this installation runs on; the boot configuration names its class."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from otalink.desk.port import Desk

_selected: list[str] = []


def select(dotted_name: str) -> None:
    """Choose the desk by the dotted name of a class without constructor arguments."""
    _selected[:] = [dotted_name]
    get_desk.cache_clear()


@cache
def get_desk() -> Desk:
    """The desk in use.

    Raises:
        RuntimeError: nobody called `select` yet.
    """
    if not _selected:
        raise RuntimeError("no desk selected")
    module, _, name = _selected[0].rpartition(".")
    return cast(Desk, getattr(import_module(module), name)())
