"""HTML rewritten so that a sanitiser gets through it in time.

A sanitiser repairs HTML by the rules of a browser, and those take time without end: each paragraph repeats every
element that was left open, each end is looked for among them, each attribute is compared with all before it. So what
is large enough to matter is rewritten first: every element ends within the one it began in, and carries only what is
of use here. Nothing is made safe here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Characters, and tags times levels, up to which no HTML takes long.
MAX_AS_IT_IS = 100_000
MAX_TAGS_TIMES_LEVELS = 1_000_000
# Ampersands, each of which is a piece of text of its own to a sanitiser; it joins them in the square of their number.
MAX_REFERENCES = 100_000

# Each alternative ends somewhere, at the latest at the end, so that no search starts over.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*+>?"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|=)*+)(?:>|\Z)|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s/>=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?+|.", re.DOTALL)
_TAG = re.compile(r"<(/?)[a-zA-Z]")
_NAME = re.compile(r"[a-z][a-z0-9]*")
# fmt: off
_KEPT = {
    "alt", "class", "colspan", "height", "href", "id", "lang", "rowspan", "src", "start", "style", "title", "type",
    "width",
}
_WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ENDING_THEMSELVES = {"dd", "dt", "li", "option", "p"}
_IN_TABLES = {"caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"}
# Their content is no HTML, or not to be shown.
_DROPPED = {
    "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext", "script", "select", "style", "svg",
    "template", "textarea", "title", "xmp",
}
# fmt: on


@dataclass
class _Writer:
    """What was written so far, and the elements that are still open; how much work all that may become."""

    out: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    tags: int = 0
    deepest: int = 0

    @property
    def is_too_much(self) -> bool:
        return self.tags * self.deepest > MAX_TAGS_TIMES_LEVELS

    def start(self, name: str, attributes: str) -> None:
        table = self._table()
        if name in _IN_TABLES:
            if not table:
                return
            self._close_to(table)
        elif name == "a" and "a" in self.open[table:]:
            self.end("a")
        self.out.append(f"<{name}{_attributes(attributes)}>")
        self.tags += 1
        if name not in _WITHOUT_END | _ENDING_THEMSELVES | _IN_TABLES:
            self.open.append(name)
            self.deepest = max(self.deepest, len(self.open))

    def end(self, name: str) -> None:
        self.tags += 1
        table = self._table()
        if name in _ENDING_THEMSELVES:
            self.out.append(f"</{name}>")
        elif name in _IN_TABLES and table:
            self._close_to(table)
            self.out.append(f"</{name}>")
        elif name == "table" and table:
            self._close_to(table - 1)
        elif name in self.open[table:]:
            self._close_to(len(self.open) - 1 - self.open[::-1].index(name))

    def _close_to(self, level: int) -> None:
        self.out += [f"</{name}>" for name in reversed(self.open[level:])]
        del self.open[level:]

    def _table(self) -> int:
        """How many elements are open outside of the innermost table's content: nothing inside of it ends them."""
        return len(self.open) - self.open[::-1].index("table") if "table" in self.open else 0


def tidy(markup: str) -> str:
    """HTML that says the same and takes no long time; empty where that cannot be had."""
    if markup.count("&") > MAX_REFERENCES:
        return ""
    starts = tags = 0
    for tag in _TAG.finditer(markup):
        tags += 1
        starts += not tag[1]
    if len(markup) <= MAX_AS_IT_IS and starts * tags <= MAX_TAGS_TIMES_LEVELS:
        return markup
    return _rewritten(markup)


def _rewritten(markup: str) -> str:
    writer, position = _Writer(), 0
    endless: set[str] = set()
    while token := _TOKEN.search(markup, position):
        writer.out.append(markup[position : token.start()])
        position = token.end()
        name = (token["name"] or "").lower()
        if token[0] == "<":
            writer.out.append("&lt;")
        elif name in _DROPPED:
            position = position if token["end"] else _end_of(name, markup, position, endless)
        elif _NAME.fullmatch(name):
            if token["end"]:
                writer.end(name)
            else:
                writer.start(name, token["attributes"])
        if writer.is_too_much:
            return ""
    return "".join([*writer.out, markup[position:]])


def _end_of(name: str, markup: str, position: int, endless: set[str]) -> int:
    """Where an element that is dropped ends; where it has no end, just its start is dropped."""
    ending = re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.IGNORECASE)
    end = None if name in endless else ending.search(markup, position)
    if end is None:
        endless.add(name)
        return position
    return end.end()


def _attributes(text: str) -> str:
    kept: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(text):
        name = (found["name"] or "").lower()
        if name in _KEPT:
            kept.setdefault(name, found[2] or found[3] or found[4] or "")
    return "".join(' {}="{}"'.format(name, value.replace('"', "&quot;")) for name, value in kept.items())
