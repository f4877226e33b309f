"""The files of an agent's answer: they go with its mail up to a size, beyond that the mail names them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from otalink.common.languages import translated
from otalink.desk.current import get_desk
from otalink.desk.types import StoredAttachment
from otalink.notifications import tags, texts
from otalink.notifications.letter import Letter
from otalink.notifications.models import NotificationEvent
from otalink.notifications.templates import Template
from otalink.notifications.transport.headers import one_line
from otalink.notifications.transport.message import File
from otalink.sysconfig import declarations, store

_log = structlog.get_logger("otalink.notifications")


@dataclass(frozen=True)
class AnswerFiles:
    """What goes with a mail, and the names of what stays in the ticket."""

    attached: tuple[File, ...] = ()
    named: tuple[str, ...] = ()

    def only_named(self) -> AnswerFiles:
        """The same where the mail may not be as large."""
        return AnswerFiles(named=(*self.named, *(file.name for file in self.attached)))


NO_FILES = AnswerFiles()


def of(letter: Letter) -> AnswerFiles:
    """The files of the answer that a letter is about.

    Raises:
        DeskUnavailable
    """
    article = letter.agent_article
    if letter.mail.event != NotificationEvent.AGENT_REPLIED or article is None or not article.attachments:
        return NO_FILES
    if sum(stored.size for stored in article.attachments) > store.get(declarations.MAX_ATTACHED_BYTES):
        return AnswerFiles(named=tuple(stored.filename for stored in article.attachments))
    read = [(stored.filename, _read(letter.ticket.number, stored)) for stored in article.attachments]
    return AnswerFiles(tuple(file for _, file in read if file), tuple(name for name, file in read if not file))


def _read(number: str, stored: StoredAttachment) -> File | None:
    try:
        found = get_desk().read_attachment(number, stored.id)
        if found is None:
            return None
        with found[1] as content:
            return File(stored.filename, stored.content_type, content.read())
    except OSError as error:
        # The answer itself matters more; whoever opens the ticket sees that the file is gone.
        _log.error("a file of an answer cannot be read", ticket=number, file=stored.filename, error=str(error))
        return None


def naming(template: Template, files: AnswerFiles) -> Template:
    """The template, which names the files that stay in the ticket above its link, or else at its end."""
    if not files.named or (tags.holds(template.text, tags.FILES) or tags.holds(template.html, tags.FILES)):
        return template
    heading = translated(texts.FILES_IN_TICKET, template.language.partition("-")[0])
    return replace(
        template,
        text=_above_link(template.text, f"{heading}\n<{tags.FILES}>"),
        html=template.html and _above_anchor(template.html, f"<p>{heading}<br>\n<{tags.FILES}></p>\n"),
    )


def names(files: AnswerFiles) -> str:
    """What stands for the tag: a name on each line."""
    return "\n".join(f"- {one_line(name)}" for name in files.named)


def _above_link(text: str, paragraph: str) -> str:
    paragraphs = text.split("\n\n")
    at = next((n for n, words in enumerate(paragraphs) if f"<{tags.LINK}>" in words), len(paragraphs))
    # "Read it here:" stays together with the link.
    if 0 < at < len(paragraphs) and paragraphs[at - 1].rstrip().endswith(":"):
        at -= 1
    return "\n\n".join([*paragraphs[:at], paragraph, *paragraphs[at:]])


def _above_anchor(html: str, paragraph: str) -> str:
    link = html.find(tags.LINK)
    at = html.lower().rfind("<a", 0, link) if link >= 0 else html.lower().rfind("</body")
    at = len(html) if at < 0 else at
    return html[:at] + paragraph + html[at:]
