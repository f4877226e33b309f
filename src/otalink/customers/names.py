"""First and last name from what a mail's From header says; the forms that real mail has."""

from __future__ import annotations

import re

_QUOTES = "\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb` "
_ADDRESS = re.compile(r"^\S+@\S+$")
_IN_BRACKETS = re.compile(r"\s*[\(\[<].*?[\)\]>]\s*")
_VIA = re.compile(r"\s+(via|\u00fcber|per)\s+.*$", re.IGNORECASE)
_TITLES = {"dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "herr", "frau", "dipl.-ing."}
# Only after a comma, where "Lee, Ann" has the first name.
_DEGREES = {"mba", "m.a.", "m.d.", "msc", "bsc", "phd", "ph.d.", "jr", "jr.", "sr", "sr.", "ii", "iii", "esq"}
# Nobody is called that; it would stand in our mail to whoever the sender says they are.
_WEB_ADDRESS = re.compile(r"//|\bwww\.", re.IGNORECASE)
# Nobility and family particles belong to the last name: "Ludwig van Beethoven".
_PARTICLES = {"van", "von", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ter", "ten", "zu", "bin", "al"}


def split_name(display_name: str, address: str) -> tuple[str, str]:
    """First and last name of a sender, never both empty.

    `display_name` is the decoded display name of the From header, `address` the sender's address, from whose local
    part the name is taken where the display name says none.
    """
    name = _clean(display_name)
    if not any(map(str.isalnum, name)) or _WEB_ADDRESS.search(name):
        return _from_address(address)
    if _ADDRESS.match(name):
        return _from_address(name)
    parts = [part.strip() for part in name.split(",") if any(map(str.isalnum, part))]
    last, *others = parts
    if first := [part for part in others if not _is_title(part)]:
        return _without_title(", ".join(first)), last
    return _split_words(_without_title(last).split())


def _clean(name: str) -> str:
    # Outlook writes 'name' in quotes of its own; lists write "Ann Lee via Support".
    name = "".join(c if c.isprintable() else " " for c in name).strip(_QUOTES).removeprefix("mailto:")
    bare = _VIA.sub("", _IN_BRACKETS.sub(" ", name)).strip(_QUOTES + ",;")
    return re.sub(r"\s+", " ", bare or ("" if _IN_BRACKETS.fullmatch(name) else name))


def _is_title(part: str) -> bool:
    return all(word.lower() in _TITLES | _DEGREES for word in part.split())


def _without_title(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[0].lower() in _TITLES:
        words = words[1:]
    return " ".join(words)


def _split_words(words: list[str]) -> tuple[str, str]:
    if len(words) < 2:
        return " ".join(words), ""
    start = next((i for i, word in enumerate(words) if i and word.lower() in _PARTICLES), len(words) - 1)
    return " ".join(words[:start]), " ".join(words[start:])


def _from_address(address: str) -> tuple[str, str]:
    local = address.partition("@")[0].partition("+")[0]
    words = [word.capitalize() for word in re.split(r"[._-]+", local) if word]
    return _split_words(words) if words else (address, "")
