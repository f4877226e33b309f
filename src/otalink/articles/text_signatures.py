"""The signature at the end of a message: where it is surely nothing else.

Whoever writes on below their signature says something, so that it is one block of short lines without a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from otalink.articles.history_words import any_of

# Lines of a signature, its empty ones too, and characters and words of one; words of a line with a greeting.
_MAX_LINES = 12
_MAX_LENGTH = 80
_MAX_WORDS = 9
_MAX_GREETING_WORDS = 6
_SENTENCE = re.compile(r"[.!?:;\u2026\u3002\uff01\uff1f]$")
# "Example Inc.", "12 High St.": a short word with a capital.
_NO_SENTENCE = re.compile(r"\b(?:[A-Z][a-z]{0,3}|GmbH)\.$")
_MARK = re.compile(r"[-_=*]{2,}$")
_CONTACT = re.compile(r"\S@\S|https?://|\bwww\.|\+?\d[\d ()./-]{6,}")
# fmt: off
_GREETINGS = (
    "regards", "best regards", "kind regards", "warm regards", "best wishes", "sincerely", "yours sincerely",
    "yours faithfully", "mit freundlichen grüßen", "mit freundlichem gruß", "mit freundlichen gruessen",
    "freundliche grüße", "viele grüße", "beste grüße", "liebe grüße", "schöne grüße", "mfg", "cordialement",
    "bien cordialement", "salutations", "saludos", "un saludo", "saludos cordiales", "atentamente", "cordiali saluti",
    "distinti saluti", "saluti", "met vriendelijke groet", "met vriendelijke groeten", "groeten", "atenciosamente",
    "cumprimentos", "pozdrawiam", "z poważaniem", "s pozdravem", "s pozdravom", "vänliga hälsningar",
    "med vänlig hälsning", "mvh", "med venlig hilsen", "med vennlig hilsen", "ystävällisin terveisin", "terveisin",
    "üdvözlettel", "saygılarımla", "с уважением", "з повагою", "cu stimă",
)
# fmt: on
_GREETS = re.compile(rf"^(?:{any_of(_GREETINGS)})(?!\w)", re.IGNORECASE)


def signature_of(lines: Sequence[str]) -> range:
    """Which lines of a text are the signature at its end; an empty range where it has none, or where that is in doubt.

    It stands below "-- " or another line that is drawn, or begins with a greeting below what is quoted.
    """
    end = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    start = end
    while start > max(0, end - _MAX_LINES) and not lines[start - 1].startswith((">", " >")):
        start -= 1
    mark = _mark_in(lines, range(start, end))
    if mark is None:
        return range(start, end) if _is_greeting(lines[start:end]) else range(0)
    is_whole = _is_signature(lines[mark + 1 : end], is_marked=lines[mark] == "-- ")
    return range(mark, end) if is_whole else range(0)


def _mark_in(lines: Sequence[str], where: range) -> int | None:
    """The line above a signature: "-- " if there is one, else the first that is drawn."""
    drawn = [number for number in where if _MARK.match(lines[number].strip())]
    return next((number for number in drawn if lines[number].rstrip() == "--"), drawn[0] if drawn else None)


def _is_signature(below: Sequence[str], *, is_marked: bool) -> bool:
    """Whether lines are one; `is_marked` where "-- " stood above them with its space, as only a program writes it."""
    block = _block(below)
    return all(map(_is_of_signature, block)) and (
        is_marked or bool(_GREETS.match(block[0])) or any(_CONTACT.search(line) for line in block)
    )


def _is_greeting(below: Sequence[str]) -> bool:
    block = _block(below)
    is_greeting = _GREETS.match(block[0]) and len(block[0].split()) <= _MAX_GREETING_WORDS
    return bool(is_greeting) and all(map(_is_of_signature, block))


def _block(lines: Sequence[str]) -> list[str]:
    return [line.strip(" \t*") or line.strip() for line in "\n".join(lines).strip().split("\n")]


def _is_of_signature(line: str) -> bool:
    """Whether a line may stand in one; an empty one may not, so that a signature is one block."""
    if not line or len(line) > _MAX_LENGTH or (_SENTENCE.search(line) and not _NO_SENTENCE.search(line)):
        return False
    return bool(_CONTACT.search(line)) or len(line.split()) <= _MAX_WORDS
