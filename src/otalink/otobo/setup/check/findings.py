"""Everything that `otalink check` says of the OTOBO beside us."""

from __future__ import annotations

from collections.abc import Iterator

from otalink.desk.port import DeskUnavailable
from otalink.otobo import facts
from otalink.otobo.setup.check import patience, places, rights, source, web_service


def problems(notes: list[str]) -> Iterator[str]:
    """What is wrong, each in one line that says what to do; what is good to know goes into `notes`."""
    if silent := rights.answers():
        yield silent
    else:
        yield from _of_database(notes)
    yield from source.problems(notes)


def _of_database(notes: list[str]) -> Iterator[str]:
    try:
        version = rights.version()
        notes.append(_named(version))
        missing = list(rights.missing(version or facts.OTOBO_10_1))
        yield from missing
        yield from rights.excessive()
        if not missing:
            yield from places.zone()
            yield from places.storage()
            yield from web_service.problems(notes)
        yield from patience.problems(notes)
    except DeskUnavailable as error:
        yield f"OTALINK_OTOBO_DATABASE_URL: {error}"


def _named(version: facts.Facts | None) -> str:
    if version is None:
        known = " and ".join(each.version for each in reversed(facts.VERSIONS))
        return f"OTOBO's version cannot be seen from here; {known} are known"
    return f"OTOBO {version.version}"
