"""Tags in mail texts: `<OTOBO_TICKET_Title>` and its kind, replaced in one pass."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from otalink.common.nearest import nearest

LINK = "OTOBO_OTACustomerTicketLink"
CODE = "OTOBO_OTACustomerTicketCode"
# Where the reader says that it was not them.
NOT_ME = "OTOBO_OTACustomerNotMeLink"
# The names of an answer's files that do not go with its mail.
FILES = "OTOBO_AGENT_FILES"
# Who the reader is.
PERSON = (
    "OTOBO_TICKET_CustomerID",
    "OTOBO_TICKET_CustomerUserID",
    "OTOBO_CUSTOMER_DATA_UserLogin",
    "OTOBO_CUSTOMER_DATA_UserFirstname",
    "OTOBO_CUSTOMER_DATA_UserLastname",
    "OTOBO_CUSTOMER_DATA_UserFullname",
    "OTOBO_CUSTOMER_DATA_UserEmail",
    "OTOBO_CUSTOMER_DATA_UserCustomerID",
)
KNOWN = (
    LINK,
    CODE,
    NOT_ME,
    FILES,
    "OTOBO_TICKET_TicketNumber",
    "OTOBO_TICKET_Title",
    "OTOBO_TICKET_State",
    "OTOBO_TICKET_Queue",
    "OTOBO_TICKET_QueueSenderName",
    *PERSON,
    "OTOBO_CUSTOMER_SUBJECT",
    "OTOBO_CUSTOMER_BODY",
    "OTOBO_AGENT_SUBJECT",
    "OTOBO_AGENT_BODY",
)
# What OTOBO puts for a tag it does not know.
UNKNOWN = "-"

_NAME = r"(OTOBO_[A-Za-z0-9_:]{1,100})(?:\[(\d{1,4})\])?"
# An HTML editor writes the brackets as entities.
TAG = re.compile(rf"<{_NAME}>|&lt;{_NAME}&gt;")
# Otherwise an element of HTML, such as <blockquote>, could be taken for one.
_ALIKE = 0.75
_BRACKETED = re.compile(r"(?:<|&lt;) ?/?([^<>&\n]{8,110}?)(?:\[\d{0,4}\])? ?(?:>|&gt;)")
_BARE = re.compile(r"(?i)\b(?:OTOBO|OTRS)_\w{1,100}")
_WITH_SPACE = re.compile(rf"( ?)(?:{TAG.pattern})")
_BETWEEN_PARAGRAPHS = re.compile(r"\r?\n[ \t]*\r?\n")


def expand(template: str, values: Mapping[str, str], *, as_html: bool = False) -> str:
    """`template` with its tags replaced; values go in as they are, or escaped for HTML.

    `[n]` after a tag's name takes the first n characters of a subject, and the first n lines of anything else. A value
    that is empty takes the space before its tag with it, so that "Hello <NAME>," becomes "Hello,".
    One pass: a tag that stands inside a value, which a customer may have written, stays mere text.
    """

    def value_of(match: re.Match[str]) -> str:
        name, count = (match[2], match[3]) if match[2] else (match[4], match[5])
        value = _first(values.get(name, UNKNOWN), name, int(count)) if count else values.get(name, UNKNOWN)
        if not value:
            return ""
        return match[1] + (html.escape(value).replace("\n", "<br>\n") if as_html else value)

    return _WITH_SPACE.sub(value_of, template)


def uses_link(*templates: str) -> bool:
    """Whether the tag for the customer's link stands in one of them."""
    return any(holds(template, LINK) for template in templates)


def holds(template: str, tag: str) -> bool:
    """Whether a tag stands in a template."""
    return any((match[1] or match[3]) == tag for match in TAG.finditer(template))


def without_paragraphs(text: str, *tags: str) -> str:
    """A text template without the paragraphs in which one of these tags stands."""
    if not any(holds(text, tag) for tag in tags):
        return text
    kept = [each for each in _BETWEEN_PARAGRAPHS.split(text) if not any(holds(each, tag) for tag in tags)]
    return "\n\n".join(kept).rstrip() + "\n"


def _first(value: str, name: str, count: int) -> str:
    if name.endswith("_SUBJECT"):
        return value[:count]
    return "\n".join(value.split("\n")[:count])


def mistyped(template: str) -> str:
    """The first mistyped tag of a template, in one line with the nearest one; empty where all are right.

    Mistyped is one that is not known, one without its brackets, and what is in brackets and much like a tag.
    """
    for match in TAG.finditer(template):
        if (name := match[1] or match[3]) not in KNOWN:
            return _told(f"<{name}>", name)
    rest = TAG.sub(" ", template)
    for match in _BRACKETED.finditer(rest):
        if nearest(match[1], KNOWN, _ALIKE):
            return _told(f"<{match[1]}>", match[1])
    bare = _BARE.search(rest)
    return _told(bare[0], bare[0]) if bare else ""


def _told(written: str, name: str) -> str:
    near = nearest(name, KNOWN)
    return f"{written} is no tag{f'; the nearest is <{near}>' if near else f'; there are: {_all()}'}"


def _all() -> str:
    return " ".join(f"<{name}>" for name in KNOWN)
