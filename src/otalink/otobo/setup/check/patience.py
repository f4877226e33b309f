"""Whether OTOBO's mail waits long enough for our relay: after its last attempt a mail is gone."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from otalink.desk.port import DeskUnavailable
from otalink.otobo import facts
from otalink.otobo.importing.settings import changed

_SETTING = "MailQueue"


def problems(notes: list[str]) -> Iterator[str]:
    """That OTOBO gives its mail up too soon, as far as its settings may be read; else a note where to look."""
    if not settings.OTALINK_OTOBO_RELAY:
        return
    try:
        said = changed([_SETTING])
    except DeskUnavailable:
        notes.append(
            f"OTALINK_OTOBO_RELAY: nobody here can see how often OTOBO tries to send a mail; its {_SETTING} should say "
            f"ItemMaxAttempts {facts.MAIL_ATTEMPTS} (`otalink otobo config perl`), or mail is lost within minutes"
        )
        return
    value = said.get(_SETTING)
    attempts = str(value.get("ItemMaxAttempts")) if isinstance(value, dict) else ""
    told = int(attempts) if attempts.isdigit() else facts.MAIL_ATTEMPTS_BY_DEFAULT
    if told < facts.MAIL_ATTEMPTS:
        yield (
            f"OTALINK_OTOBO_RELAY: by its settings OTOBO gives a mail up after {told} attempts, "
            f"{_waited(told)} min; unless its Kernel/Config.pm says more, set ItemMaxAttempts of {_SETTING} to "
            f"{facts.MAIL_ATTEMPTS}"
        )


def _waited(attempts: int) -> int:
    return sum(facts.MAIL_DELAY_MINUTES * each for each in range(1, attempts))
