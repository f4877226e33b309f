"""Links in the HTML of a mail: only what stands for a link changes, every other character stays as it was written.

Some of it may be quoted from a stranger's mail. So a personal link goes where a reader sees it, or is led by it, and
into nothing that a mail program may fetch or send by itself: no other attribute, no style sheet, no longer address.
"""

from __future__ import annotations

import html
import re

from otalink.notifications import tags
from otalink.otobo.relay.ticket_links import TAG, Link, begins_with_link, canonical, with_plain_links, with_tags

_TAG = TAG.pattern.replace("(OTOBO", "(?:OTOBO")
# A value that holds a whole picture is longer; then its element is taken for a broken one.
_VALUE = r"\"[^\"]{0,65536}\"|'[^']{0,65536}'"
_PIECE = re.compile(
    rf"(?P<comment><!--.*?(?:-->|\Z))|(?P<tag>{_TAG})"
    rf"|(?P<element><(?P<slash>/?)(?P<name>[a-z][a-z0-9:-]*)(?:[^<>\"']|{_VALUE}|{_TAG})*>)"
    rf"|(?P<broken></?[a-z](?:[^<>]|{_TAG})*)|(?P<declaration><[!?][^<>]*>?)"
    r"|(?P<text>(?:[^<&]|&(?!lt;OTOBO_))+)",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"</?[a-z][a-z0-9:-]*", re.IGNORECASE)
# An attribute as the HTML standard reads it: quotes within a name or a value without quotes are part of those.
_ATTRIBUTE = re.compile(
    rf"[\s/]*(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|(?![\"'])(?:{_TAG}|[^\s>])+))?",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s*")
# Within these, an anchor would be none.
_NO_ANCHOR = {"a", "button", "script", "style", "textarea", "title"}
_NOT_READ = {"script", "style"}


def with_links(page: str, link: Link) -> str:
    """HTML whose tags and plain links are replaced; a tag that stands in a text becomes one that can be clicked."""
    within: list[str] = []
    # Behind an element that browsers may read otherwise than we do, nobody knows what is a text.
    is_broken = False

    def replaced(found: re.Match[str]) -> str:
        nonlocal is_broken
        if found["comment"] or found["declaration"]:
            return found[0]
        is_broken = is_broken or bool(found["broken"])
        if link.personal and (is_broken or _NOT_READ.intersection(within)) and not found["element"]:
            return TAG.sub("", found[0])
        if found["tag"]:
            return _shown(found["tag"], link, is_clickable=not within)
        if found["element"]:
            _enter_or_leave(within, found["name"].lower(), is_end=bool(found["slash"]))
            return _with_attributes(found[0], link, is_trusted=not is_broken)
        return with_plain_links(found[0], link, as_html=True)

    return _PIECE.sub(replaced, page)


def _with_attributes(element: str, link: Link, *, is_trusted: bool) -> str:
    if not link.personal:
        return with_plain_links(with_tags(element, link, as_html=True), link, as_html=True)
    name = _NAME.match(element)
    at = name.end() if name else 0
    pieces = [element[:at]]
    while found := _ATTRIBUTE.match(element, at):
        pieces.append(_attribute(found, link) if is_trusted else TAG.sub("", found[0]))
        at = found.end()
    return "".join([*pieces, TAG.sub("", element[at:])])


def _attribute(found: re.Match[str], link: Link) -> str:
    name, value = found["name"].lower(), found["value"]
    if value is None or name not in {"href", "title"}:
        return TAG.sub("", found[0])
    begin = _BLANKS.match(value, 1 if value[0] in "\"'" else 0)
    at = begin.end() if begin else 0
    if name == "title" or begins_with_link(value, at, link.ticket):
        value = with_plain_links(with_tags(value, link, as_html=True), link, as_html=True)
    start = found.start("value") - found.start()
    return found[0][:start] + TAG.sub("", value)


def _shown(tag: str, link: Link, *, is_clickable: bool) -> str:
    name = canonical(TAG.sub(r"\1", tag))
    value = html.escape(link.value_of(name))
    return f'<a href="{value}">{value}</a>' if value and is_clickable and name != tags.CODE else value


def _enter_or_leave(within: list[str], name: str, *, is_end: bool) -> None:
    if name not in _NO_ANCHOR:
        return
    if not is_end:
        within.append(name)
    elif name in within:
        # What was left open inside ends with it.
        del within[within.index(name) :]
