"""Which text a customer gets: an operator's notification or the built-in one, in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from otalink.common.languages import LANGUAGES, translated
from otalink.common.short_cache import ShortCache
from otalink.notifications import layout, tags, texts
from otalink.notifications.models import Notification, NotificationEvent
from otalink.sysconfig import declarations, store

_log = structlog.get_logger("otalink.notifications")


def _read() -> list[Notification]:
    return list(Notification.objects.order_by("pk"))


# Every mail asks for them, and operators write few.
_notifications = ShortCache(_read, Notification)


def forget_cache() -> None:
    """Read the database again at the next look."""
    _notifications.forget()


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


def completed(template: Template) -> Template:
    """The same with code and "this was not me": a text of an operator's without them gets them at its end."""
    language = template.language.partition("-")[0]
    text, html = template.text, template.html
    for tag, paragraph in ((tags.CODE, texts.CODE_PARAGRAPH), (tags.NOT_ME, texts.NOT_ME_PARAGRAPH)):
        words = translated(paragraph, language)
        if not tags.holds(text, tag):
            text = f"{text.rstrip()}\n\n{words}"
        if html and not tags.holds(html, tag):
            html = layout.with_paragraph(html, words, language)
    return replace(template, text=text, html=html)


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
        row = next((row for row in _notifications.get() if (row.event, row.language) == (event, code)), None)
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
