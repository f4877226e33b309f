"""Files that stand in the text itself, in uuencode, as old mail programs and scripts send them."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from otalink.mail.transfer import uu_line

_BEGIN = re.compile(r"^begin[ ]+[0-7]{3,4}(?:[ ]+([^\n]*))?\n", re.MULTILINE)
_MAX_FILES = 200


@dataclass(frozen=True)
class File:
    """A file's name as the text says it, and its bytes."""

    name: str
    content: bytes


def unpack(text: str) -> tuple[str, list[File]]:
    """The text without the files in it, and those files. What is not whole from `begin` to `end` stays text."""
    pieces: list[str] = []
    files: list[File] = []
    position = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() < position or len(files) == _MAX_FILES:
            continue
        content, end = _content(text, begin.end())
        if end:
            files.append(File((begin[1] or "").strip(), content))
            pieces.append(text[position : begin.start()])
            position = end
    return ("".join([*pieces, text[position:]]).strip("\n") if files else text), files


def _content(text: str, start: int) -> tuple[bytes, int]:
    """The bytes that lines from `start` on stand for, and where the line behind `end` begins; 0 where they are none."""
    pieces: list[bytes] = []
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].rstrip()
        start = min(end + 1, len(text))
        if line == "end":
            return b"".join(pieces), start
        try:
            pieces.append(uu_line(line.encode("ascii")) if line else b"")
        except (binascii.Error, UnicodeEncodeError):
            break
    return b"", 0
