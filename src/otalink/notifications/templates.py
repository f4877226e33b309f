"""Which text a customer gets: an operator's notification or the built-in one, in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from otalink.common.languages import LANGUAGES
from otalink.notifications import tags, texts
from otalink.notifications.models import Notification, NotificationEvent
from otalink.sysconfig import declarations, store

_log = structlog.get_logger("otalink.notifications")


@dataclass(frozen=True)
class Template:
    """A mail text with its tags not yet replaced; an empty `html` is made from the text."""

    language: str
    subject: str
    text: str
    html: str = ""

    @property
    def uses_link(self) -> bool:
        """Whether a link has to be made for it."""
        return tags.uses_link(self.subject, self.text, self.html)


def choose(event: NotificationEvent, language: str, *, is_closed: bool = False) -> Template:
    """The text for an event, in the language nearest to `language`, which may be empty.

    `is_closed` asks for the built-in text without a link, for when access to the ticket has ended; an operator's own
    text stays what it is.
    """
    wanted = _languages(language)
    if event is NotificationEvent.LINK_REFRESHED:
        return _named(store.get(declarations.TOKEN_REFRESH_NOTIFICATION_ID), wanted) or _built_in(event, wanted)
    # Language by language: an operator's English text does not push the built-in German one aside.
    for code in wanted:
        row = Notification.objects.filter(event=event, language=code).order_by("pk").first()
        if row:
            return _template(row)
        if code in LANGUAGES:
            break
    return _built_in(event, wanted, is_closed=is_closed)


def _languages(language: str) -> list[str]:
    code = language.lower().replace("_", "-")
    chain = [code, code.partition("-")[0], store.get(declarations.DEFAULT_LANGUAGE), "en"]
    return list(dict.fromkeys(filter(None, chain)))


def _named(name: str, wanted: list[str]) -> Template | None:
    if not name:
        return None
    rows = {row.language.lower(): row for row in Notification.objects.filter(name=name).order_by("-pk")}
    row = next((rows[code] for code in wanted if code in rows), next(iter(rows.values()), None))
    if row is None or not _template(row).uses_link:
        # A mail that promises a link must hold one.
        _log.warning("notification for refreshed links is missing or has no link tag", notification=name)
        return None
    return _template(row)


def _built_in(event: NotificationEvent, wanted: list[str], *, is_closed: bool = False) -> Template:
    language = next(code for code in wanted if code in LANGUAGES)
    return Template(language, texts.SUBJECT, texts.built_in(event, language, is_closed=is_closed))


def _template(row: Notification) -> Template:
    return Template(row.language.lower(), row.subject, row.text, row.html)
