"""Readable text from HTML mail, within a time that no mail can stretch."""

from __future__ import annotations

import html
import re

from otalink.mail.charsets import clean

# Characters. Laying out takes twenty times their memory, and longer HTML is no letter any more.
MAX_LAID_OUT = 100_000
# Each piece ends at the next bracket, so that no mail makes the search start over and over.
_TAG = re.compile(r"<[^<>]*>")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml [^>]{0,500}\?>")
_NAME = re.compile(r"<\s*(/?)\s*([a-z0-9]+)", re.IGNORECASE)
_HIDDEN = {"script", "style", "head", "title"}
_CELLS = {"td", "th"}
_LINES = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6"}


def to_text(markup: str, room: int = MAX_LAID_OUT) -> str:
    """What a reader of `markup` would read; of more than `room` characters just the tags are taken out."""
    if not markup.strip():
        return ""
    if len(markup) > room:
        return _stripped(markup)
    try:
        return _squeezed(_laid_out(markup))
    except Exception:  # noqa: BLE001 - whatever the layout trips over, the words are still there
        return _stripped(markup)


def _laid_out(markup: str) -> str:
    # Late: the parser costs memory that a process without HTML mail does not need.
    from inscriptis.css_profiles import STRICT_CSS_PROFILE
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig
    from lxml.etree import ErrorLevels
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser()
    tree = document_fromstring(_XML_DECLARATION.sub("", markup), parser)
    if any(error.level == ErrorLevels.FATAL for error in parser.error_log):
        # Such as 256 open elements, which a long thread has: it then keeps back everything that follows.
        raise ValueError("the parser gave up")
    # As a browser does it: the other profile splits words at their spans, and indents each level of divisions.
    return str(Inscriptis(tree, ParserConfig(css=STRICT_CSS_PROFILE)).get_text())


def _stripped(markup: str) -> str:
    words: list[str] = []
    hidden_in, position = "", 0
    for match in _TAG.finditer(markup):
        if not hidden_in:
            words.append(html.unescape(_one_line(markup[position : match.start()])))
        position = match.end()
        name = _NAME.match(match[0])
        if name:
            tag, is_end = name[2].lower(), bool(name[1])
            hidden_in = _hidden_after(tag, is_end, hidden_in)
            words.append("\n" if tag in _LINES else " " if tag in _CELLS else "")
    if not hidden_in:
        words.append(html.unescape(_one_line(markup[position:])))
    return _squeezed(re.sub(r"\n +", "\n", "".join(words)).strip(" "))


def _one_line(text: str) -> str:
    """Text as a browser takes it, where a line break is a space."""
    return re.sub(r"[ \t\r\n]+", " ", text)


def _hidden_after(tag: str, is_end: bool, hidden_in: str) -> str:
    """The element whose content nobody sees, after this tag; empty outside of one."""
    if hidden_in:
        return "" if is_end and tag == hidden_in else hidden_in
    return tag if tag in _HIDDEN and not is_end else ""


def _squeezed(text: str) -> str:
    # Cleaned again, since entities stand for characters too.
    lines = (line.rstrip() for line in clean(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
