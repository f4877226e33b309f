"""The places in a text at which a customer's link is to stand: the published tags, and plain links to a ticket."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from otalink.notifications import tags

# The tags as they stand in a text, in HTML, and in an address that an editor encoded.
_TAGS = "|".join((tags.LINK, tags.CODE, tags.NOT_ME))
TAG = re.compile(rf"(?:<|&lt;|%3C)({_TAGS})(?:>|&gt;|%3E)", re.IGNORECASE)
_NAMES = {name.lower(): name for name in (tags.LINK, tags.CODE, tags.NOT_ME)}
# Up to a character that ends an address, or an entity that stands for one.
_IN_URL = r"(?:[^\s<>\"'\[\]{}|\\^`&]|&(?!(?:lt|gt|quot|nbsp|#0*3[49]|#0*6[02]|#x0*2[27]|#x0*3[ce]);))"
_PLAIN = re.compile(rf"https?://{_IN_URL}{{1,300}}?/customer\.pl\?{_IN_URL}{{1,1000}}", re.IGNORECASE)
_AFTER_URL = re.compile(r"[.,:;!?)*_~]+\Z")
# Between what stands before a link and the link itself, in whatever reads the text.
_SEPARATES = re.compile(r"[\s<>\"']")
# What makes a word an address, or the beginning of one.
_OF_ADDRESSES = re.compile(r"[./\\@?=%]")
_MOST_BEFORE = 300
_TOKEN = re.compile(r"(?:&amp;|[;&])OTAToken=[^;&#]*|(?<=\?)OTAToken=[^;&#]*(?:&amp;|[;&])", re.IGNORECASE)


@dataclass(frozen=True)
class TicketKey:
    """A ticket by its number and the id that links may name instead; 0 where that is not known."""

    number: str
    id: int = 0


@dataclass(frozen=True)
class Link:
    """What one recipient's copy of a mail holds for a ticket.

    `url` replaces the tag. Where it is `personal` it replaces plain links too, and `code` (`NNNN-NNNN`) and `not_me`
    replace the tags for those.
    """

    ticket: TicketKey
    url: str
    personal: bool = False
    code: str = ""
    not_me: str = ""

    def value_of(self, tag: str) -> str:
        """What replaces a tag, named in any spelling."""
        return {tags.LINK: self.url, tags.CODE: self.code, tags.NOT_ME: self.not_me}[canonical(tag)]


def canonical(name: str) -> str:
    """A tag's name as it is published."""
    return _NAMES[name.lower()]


def holds_link(text: str, ticket: TicketKey) -> bool:
    """Whether the link's tag, or a plain link to that ticket, stands in a text, where it may become a link."""
    tags_there = (found for found in TAG.finditer(text) if canonical(found[1]) == tags.LINK)
    plain = (found for found in _PLAIN.finditer(text) if _leads_to(found[0], ticket))
    return any(stands_alone(text, found.start(), as_html=True) for found in (*tags_there, *plain))


def begins_with_link(text: str, at: int, ticket: TicketKey) -> bool:
    """Whether the tag of a link, or a plain link to that ticket, begins at that place."""
    plain = _PLAIN.match(text, at)
    return bool(TAG.match(text, at)) or bool(plain and _leads_to(plain[0], ticket))


def stands_alone(text: str, start: int, *, as_html: bool) -> bool:
    """Whether what begins there is an address of its own, and no part of one that begins before it.

    Whoever has their mail quoted may write `https://elsewhere.example/?<tag>`: with a link in it, one click would tell
    them the link.
    """
    before = text[max(0, start - _MOST_BEFORE) : start]
    word = _SEPARATES.split(html.unescape(before) if as_html else before)[-1]
    return len(word) < _MOST_BEFORE and not _OF_ADDRESSES.search(word)


def with_tags(text: str, link: Link, *, as_html: bool = False) -> str:
    """A text, or a piece of HTML, with its tags replaced; a personal link goes into no longer address."""

    def replaced(found: re.Match[str]) -> str:
        is_safe = not link.personal or stands_alone(text, found.start(), as_html=as_html)
        value = link.value_of(found[1]) if is_safe else ""
        return html.escape(value) if as_html else value

    return TAG.sub(replaced, text)


def with_plain_links(text: str, link: Link, *, as_html: bool = False) -> str:
    """A text, or a piece of HTML, in which plain links to the ticket became what the copy holds.

    One that is not personal keeps them, without the token that an earlier mail put into them.
    """

    def replaced(found: re.Match[str]) -> str:
        url = _AFTER_URL.sub("", found[0])
        if not _leads_to(url, link.ticket):
            return found[0]
        is_own = link.personal and stands_alone(text, found.start(), as_html=as_html)
        own = html.escape(link.url) if as_html else link.url
        return (own if is_own else _TOKEN.sub("", url)) + found[0][len(url) :]

    return _PLAIN.sub(replaced, text)


def _leads_to(url: str, ticket: TicketKey) -> bool:
    query = html.unescape(_AFTER_URL.sub("", url)).partition("?")[2].partition("#")[0]
    values = {name.lower(): value for name, _, value in (pair.partition("=") for pair in re.split("[;&]", query))}
    if values.get("action", "").lower() != "customerticketzoom":
        return False
    number, id_ = values.get("ticketnumber", ""), values.get("ticketid", "")
    return (number == ticket.number and bool(number)) or (id_ == str(ticket.id) and ticket.id > 0 and not number)
