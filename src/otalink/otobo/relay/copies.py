"""One recipient's copy of a mail: whether it holds a link, and the mail with the link in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from otalink.common.languages import translated
from otalink.notifications import layout, tags, texts
from otalink.otobo.relay import html_links, structure, ticket_links
from otalink.otobo.relay.structure import Text
from otalink.otobo.relay.ticket_links import Link, TicketKey

# What stands beside a personal link, where the mail itself does not say it.
_BESIDE = ((tags.CODE, texts.CODE_PARAGRAPH), (tags.NOT_ME, texts.NOT_ME_PARAGRAPH))


@dataclass(frozen=True)
class Original:
    """A mail as OTOBO handed it over, and the texts in it that may be changed."""

    raw: bytes
    texts: tuple[Text, ...]

    def holds_link(self, ticket: TicketKey) -> bool:
        """Whether a link to the ticket is to stand in it."""
        return any(ticket_links.holds_link(text.content, ticket) for text in self.texts)

    def copy(self, link: Link, language: str = "", clean: Callable[[str], str] = str) -> bytes:
        """The mail with what a recipient gets for its tags and links; the same bytes where there is none.

        A personal link brings its code and "this was not me" in that language, unless the mail says them itself.
        `clean` takes out what must reach nobody, such as links of others that somebody quoted.
        """
        main = self._main(link.ticket) if link.personal else ()
        changes = [
            (text, _changed(text, clean(text.content), link, language if text in main else None)) for text in self.texts
        ]
        changed = [(text, content) for text, content in changes if content != text.content]
        return structure.exchanged(self.raw, changed) if changed else self.raw

    def _main(self, ticket: TicketKey) -> tuple[Text, ...]:
        """The text, and the same as HTML, in which a reader looks for the link."""
        kinds = [[text for text in self.texts if text.is_html is is_html] for is_html in (False, True)]
        return tuple(
            next((text for text in kind if ticket_links.holds_link(text.content, ticket)), kind[0])
            for kind in kinds
            if kind
        )


def read(raw: bytes) -> Original:
    """Look at a mail, with CRLF at the end of its lines. Takes any bytes."""
    return Original(raw, tuple(structure.texts(raw)))


def _changed(text: Text, content: str, link: Link, language: str | None) -> str:
    """What a text says in a copy; with a `language` it is told there what belongs to a link."""
    lines = content.replace("\r\n", "\n")
    told = lines if language is None else _completed(lines, link, language, is_html=text.is_html)
    if text.is_html:
        filled = html_links.with_links(told, link)
    else:
        kept = told if link.personal else tags.without_paragraphs(told, tags.CODE, tags.NOT_ME)
        filled = ticket_links.with_tags(ticket_links.with_plain_links(kept, link), link)
    if filled == lines:
        return content
    # A text of one line may have more of them now; on the way, all end so.
    return filled.replace("\n", "\r\n")


def _completed(content: str, link: Link, language: str, *, is_html: bool) -> str:
    """A text with the paragraphs it lacks; where the one beside it lost the link, with the link as well."""
    held = {ticket_links.canonical(found[1]) for found in ticket_links.TAG.finditer(content)}
    wanted = [translated(words, language) for tag, words in _BESIDE if tag not in held and link.value_of(tag)]
    if not ticket_links.holds_link(content, link.ticket):
        wanted.insert(0, f"<{tags.LINK}>\n")
    for paragraph in wanted:
        if is_html:
            content = layout.with_paragraph(content, paragraph, language)
        else:
            content = f"{content.rstrip()}\n\n{paragraph}"
    return content
