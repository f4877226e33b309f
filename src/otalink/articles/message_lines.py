"""The lines of a message as a reader sees them, each with where it stands; of plain text and of HTML.

Takes one pass over the message, whatever is in it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import Enum

from otalink.articles.history_words import plain
from otalink.articles.text_signatures import signature_of

# Tags of one message. Beyond, nothing is read: no person's mail has as many.
MAX_TAGS = 60_000
# Characters of a tag in which something is looked for.
_MAX_ATTRIBUTES = 2_000
# What stands for a picture, and for a rule across the page.
PICTURE = "\ufffc"
RULE = "________________________________"

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>[^<>]*)>|<[^<>]*>?|[^<]+", re.DOTALL
)
# fmt: off
_BREAKING = frozenset({
    "address", "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "section", "table", "tr", "ul",
})
# fmt: on
_SILENT = frozenset({"head", "script", "style", "title"})
# One of these is in all that the next four look for.
_HINTS = (
    "border-top",
    "quote",
    "fwd",
    "appendonsend",
    "replycontent",
    "messageheader",
    "cite-prefix",
    "reference-message",
    "signature",
)
_HEADERS_FOLLOW = re.compile(
    r"\bid=[\"']?(?:x_)*(?:divrplyfwdmsg|appendonsend|isreplycontent)\b|\bclass=[\"']?[^\"'<>]{0,200}?\b(?:outlookmessageheader"
    r"|moz-cite-prefix|wordsection1_quoted)\b"
)
_SIGNS = re.compile(r"\bclass=[\"']?[^\"'<>]{0,200}?\b(?:gmail_signature|moz-signature)\b")
_BORDER_ABOVE = re.compile(r"border-top(?:-style)?:[^;\"']{0,60}\bsolid\b")
_OUTLOOK = re.compile(r"border:\s?none;\s?border-top:\s?solid #(?:e1e1e1|b5c4df)\b")
_HOLDS_HISTORY = re.compile(
    r"\bclass=[\"']?[^\"'<>]{0,200}?\b(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote)\b"
    r"|\bid=[\"']?(?:x_)*mail-editor-reference-message-container\b"
)
# An address whose closing bracket stands on the next line, where it looks like the start of a quote.
_OPEN_BRACKET = re.compile(r"<[^<>\s]*@[^<>\s]*\s*$")
_CITES = re.compile(r"\btype=[\"']?cite\b")
_CITES_A_MAIL = re.compile(r"\bcite=[\"']?(?:mid|cid):")
_REST_OF_LINK = re.compile(r"\s?\(?[^\s()]*[/=_][^\s()]*\)?(?: >)?$")


class Mark(Enum):
    """What a mail program's markup says about a line."""

    NONE = ""
    CITED = "a citation begins, of a mail or of anything"
    HISTORY = "the mail that is answered begins, surely"


@dataclass(slots=True)
class Line:
    """A line; `end` is where its last character ends in the message."""

    text: str
    end: int
    quoted: bool = False
    mark: Mark = Mark.NONE
    outside: bool = False  # below the element that was to hold the history
    signed: bool = False  # within what is marked as its author's signature

    @property
    def is_rule(self) -> bool:
        """Whether it is a line drawn across, or nothing."""
        return not self.text.strip("_-=*\u2013\u2014 ")


def of_text(text: str) -> list[Line]:
    """The lines of plain text, empty ones too: one for each in it."""
    lines, end, above = [], -1, ""
    written = text.split("\n")
    signature = signature_of(written)
    marked = [False, *(line.startswith((">", " >")) for line in written), False]
    for number, line in enumerate(written):
        end += len(line) + 1
        quoted = marked[number + 1] and not (
            line.endswith(":") and not above.startswith(">") and _OPEN_BRACKET.search(above[-200:])
        )
        if not quoted and marked[number] and marked[number + 2]:
            # A single word between quoted lines is the rest of a link that was broken within the quote.
            quoted = bool(_REST_OF_LINK.match(line))
        above = line
        shown = plain(line.lstrip("> ")) if quoted else plain(line)
        lines.append(Line(shown, end, quoted, signed=number in signature))
    return lines


def of_html(markup: str) -> list[Line]:
    """The lines of HTML that show something; none where that is too much to read."""
    return _Reader(markup).lines()


@dataclass(slots=True)
class _Element:
    """An element that is open, by its name, and how many of that name are open within; none where `depth` is 0."""

    name: str = ""
    depth: int = 0

    def begin(self, name: str) -> None:
        """It starts here, unless one is open."""
        if not self.depth:
            self.name, self.depth = name, 1

    def opened(self, name: str) -> None:
        """An element starts."""
        if self.depth and name == self.name:
            self.depth += 1

    def closed(self, name: str) -> bool:
        """An element ends; whether it is this one."""
        if not self.depth or name != self.name:
            return False
        self.depth -= 1
        return not self.depth


def _as_plain(line: Line) -> str:
    """A line of HTML as it would stand in a plain text."""
    if line.quoted:
        return f"> {line.text}"
    return "-- " if line.text == "--" else line.text


class _Reader:
    """Goes through the markup once, and writes down what is to be seen."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._lines: list[Line] = []
        self._words: list[str] = []
        self._end = 0
        self._quotes = 0
        self._verbatim = 0
        self._mark = Mark.NONE
        # What holds the history, a citation that is no blockquote, and what holds a signature.
        self._holder, self._citation, self._signature = _Element(), _Element(), _Element()
        self._outside = False

    def lines(self) -> list[Line]:
        position = tags = 0
        while token := _TOKEN.match(self._markup, position):
            position = token.end()
            name = (token["name"] or "").lower()
            if name and "@" in token["attributes"].partition("=")[0]:
                # An address in brackets, as some programs write it without a thought.
                self._text(token[0], position)
            elif name:
                tags += 1
                if tags > MAX_TAGS:
                    return []
                position = self._tag(name, bool(token["end"]), token["attributes"], position)
            elif not token[0].startswith("<"):
                self._text(token[0], position)
        self._break()
        for number in signature_of([_as_plain(line) for line in self._lines]):
            self._lines[number].signed = True
        return self._lines

    def _text(self, text: str, end: int) -> None:
        if "&" in text:
            text = html.unescape(text)
        pieces = text.split("\n") if self._verbatim else [text]
        for number, piece in enumerate(pieces):
            if number:
                self._break()
            if piece.strip():
                self._end = end
            self._words.append(piece)

    def _tag(self, name: str, ends: bool, attributes: str, position: int) -> int:
        if name in _SILENT:
            return position if ends else self._after(name, position)
        if name in _BREAKING:
            self._break()
        if ends:
            self._close(name)
        elif name == "img":
            if "cid:" in attributes:
                self._words.append(PICTURE)
                self._end = position
        elif name == "hr":
            self._lines.append(Line(RULE, position, self._is_quoted, outside=self._outside))
        else:
            self._open(name, attributes[:_MAX_ATTRIBUTES].lower())
        return position

    def _open(self, name: str, attributes: str) -> None:
        for element in (self._holder, self._citation, self._signature):
            element.opened(name)
        if name == "pre":
            self._verbatim += 1
        if name == "blockquote":
            self._quotes += 1
            if _CITES.search(attributes):
                self._marked(Mark.HISTORY if _CITES_A_MAIL.search(attributes) else Mark.CITED)
        elif name == "div" and _CITES.search(attributes):
            # As ticket systems quote in an agent's answer.
            self._citation.begin(name)
            self._marked(Mark.CITED)
        elif any(hint in attributes for hint in _HINTS):
            self._look(name, attributes)

    def _look(self, name: str, attributes: str) -> None:
        if _HOLDS_HISTORY.search(attributes):
            self._marked(Mark.HISTORY)
            if not self._outside:
                self._holder.begin(name)
        elif _HEADERS_FOLLOW.search(attributes) or _OUTLOOK.search(attributes):
            self._marked(Mark.HISTORY)
        elif _SIGNS.search(attributes):
            self._signature.begin(name)
        elif name == "div" and _BORDER_ABOVE.search(attributes):
            self._lines.append(Line(RULE, self._end, self._is_quoted, outside=self._outside))

    @property
    def _is_quoted(self) -> bool:
        return self._quotes > 0 or self._citation.depth > 0

    def _marked(self, mark: Mark) -> None:
        if self._mark is not Mark.HISTORY:
            self._mark = mark

    def _close(self, name: str) -> None:
        if name == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif name == "pre":
            self._verbatim = max(0, self._verbatim - 1)
        self._citation.closed(name)
        if self._holder.closed(name):
            self._break()
            self._outside = True
        if self._signature.depth:
            self._break()
            self._signature.closed(name)

    def _break(self) -> None:
        text = plain("".join(self._words)) if self._words else ""
        self._words = []
        if text:
            quoted = self._is_quoted or text.startswith(">")
            text, signed = text.lstrip("> ") or ">", self._signature.depth > 0
            self._lines.append(Line(text, self._end, quoted, self._mark, self._outside, signed))
            self._mark = Mark.NONE

    def _after(self, name: str, position: int) -> int:
        """Where an element ends whose content nobody sees; without an end, its start alone is left out."""
        end = self._markup.find(f"</{name}", position)
        if end < 0:
            end = self._markup.find(f"</{name.upper()}", position)
        return end if end >= 0 else position
