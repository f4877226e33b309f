"""The texts an administrator gets, each a file beside this module; `<<name>>` stands for a value of the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_PLACE = re.compile(r"<<(\w+)>>")


def filled(name: str, values: Mapping[str, str]) -> str:
    """The text in the file of that name with its values put in.

    Raises:
        KeyError: the text names a value that is not given.
    """
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return _PLACE.sub(lambda place: values[place[1]], text)
