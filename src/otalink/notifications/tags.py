"""Tags in mail texts: `<OTOBO_TICKET_Title>` and its kind, replaced in one pass."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

LINK = "OTOBO_OTACustomerTicketLink"
# What OTOBO puts for a tag it does not know.
UNKNOWN = "-"

_NAME = r"(OTOBO_[A-Za-z0-9_:]{1,100})(?:\[(\d{1,4})\])?"
# An HTML editor writes the brackets as entities.
TAG = re.compile(rf"<{_NAME}>|&lt;{_NAME}&gt;")


def expand(template: str, values: Mapping[str, str], *, as_html: bool = False) -> str:
    """`template` with its tags replaced; values go in as they are, or escaped for HTML.

    `[n]` after a tag's name takes the first n characters of a subject, and the first n lines of anything else.
    One pass: a tag that stands inside a value, which a customer may have written, stays mere text.
    """

    def value_of(match: re.Match[str]) -> str:
        name, count = (match[1], match[2]) if match[1] else (match[3], match[4])
        value = _first(values.get(name, UNKNOWN), name, int(count)) if count else values.get(name, UNKNOWN)
        return html.escape(value).replace("\n", "<br>\n") if as_html else value

    return TAG.sub(value_of, template)


def uses_link(*templates: str) -> bool:
    """Whether the tag for the customer's link stands in one of them."""
    return any((match[1] or match[3]) == LINK for template in templates for match in TAG.finditer(template))


def _first(value: str, name: str, count: int) -> str:
    if name.endswith("_SUBJECT"):
        return value[:count]
    return "\n".join(value.split("\n")[:count])
