"""What somebody wrote, told apart from the history their mail program put below it; in text and in HTML.

Both ways take one pass over the message, whatever is in it. Only what a mail program surely put there is set apart; in
doubt, all is shown. A mail that somebody forwards is what they want to say, and so is whatever they announce.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

from otalink.articles import message_lines
from otalink.articles.attributions import ENDINGS, Attribution, attribution, starts_on
from otalink.articles.history_words import (
    Header,
    has_address,
    has_year,
    header,
    is_device_line,
    is_forward_subject,
    is_forwarded,
    is_original,
    points_down,
)
from otalink.articles.message_lines import Line, Mark

# Lines that the headers of a quoted mail, with many recipients, may take; and lines of one "On ..., ... wrote:".
_MAX_HEADERS = 30
_MAX_ATTRIBUTION_LINES = 4
# A line of a mailing list below a quote, after which its own few lines follow.
_MAX_FOOTER = 8
# Characters of an answer that may say what is below; who writes more says more than that.
_MAX_POINTER = 1_000
_LIST_WORDS = (
    "mailing list",
    "unsubscribe",
    "mailman/listinfo",
    "you received this message because you are subscribed",
)
# ":+1:" announces nothing.
_ANNOUNCES = re.compile(r"[^\W\d_][\s)\"']*:$")
_LINK = re.compile(r" ?<https?://[^<>\s]*>")
_LABEL = re.compile(r"[^\W\d_][\w ]{1,24}:(?: |$)")
# Where messages were cut: a ticket's page is opened many times, and its messages never change.
_CUTS: dict[tuple[str, bytes], int] = {}
_MAX_CUTS = 20_000
# Characters. No mark is looked for further down: whoever writes more than that wrote it themself.
_MAX_FRESH = 200_000
# What shows that HTML may hold history at all.
_HINTS = (
    "blockquote",
    "cite",
    "@",
    "_quote",
    "rplyfwd",
    "appendonsend",
    "replycontent",
    "border-top",
    "<hr",
    "----",
    "&gt;",
)


def split_text(text: str, subject: str = "") -> tuple[str, str]:
    """What somebody wrote, and the history below it; the latter is empty where there is none."""
    text = text.rstrip()
    if is_forward_subject(subject):
        return text, ""
    cut = _remembered(text, message_lines.of_text)
    return text[:cut].rstrip(), text[cut:].removeprefix("\n")


def split_html(markup: str, subject: str = "") -> tuple[str, str]:
    """The same for HTML. Tags may be left open by the first part and closed by the second: both need a sanitiser."""
    lower = markup.lower()
    if is_forward_subject(subject) or not any(hint in lower for hint in _HINTS):
        return markup, ""
    cut = _remembered(markup, message_lines.of_html)
    return markup[:cut], markup[cut:]


def _remembered(message: str, read: Callable[[str], list[Line]]) -> int:
    """Where to cut a message: its length where it is to stay whole."""
    key = (read.__name__, hashlib.blake2b(message.encode("utf-8", "surrogatepass"), digest_size=16).digest())
    cut = _CUTS.get(key)
    if cut is None:
        lines = read(message)
        start = _history_start(lines)
        cut = len(message) if start is None else lines[start - 1].end
        if len(_CUTS) >= _MAX_CUTS:
            _CUTS.clear()
        _CUTS[key] = cut
    return cut


def _history_start(lines: list[Line]) -> int | None:
    """The line with which the history begins, if there is one and nothing new stands in it."""
    for index, line in enumerate(lines):
        if not line.text:
            continue
        if line.end > _MAX_FRESH:
            return None
        if not line.quoted and is_forwarded(line.text):
            return None
        found = _found_at(lines, index)
        if found is not None:
            start, body = found
            return start if _is_answer(lines[:start]) and not _is_answered_within(lines, body) else None
    return None


def _found_at(lines: list[Line], index: int) -> tuple[int, int] | None:
    """Where a history begins that shows itself at this line, and where its headers end."""
    line = lines[index]
    if line.mark is not Mark.NONE:
        return _marked_at(lines, index)
    above = index - 1
    while above >= 0 and lines[above].quoted and not lines[above].text:
        above -= 1
    if line.quoted and above >= 0 and lines[above].quoted:
        return None
    return _separated_at(lines, index) or _headed_at(lines, index) or _attributed_at(lines, index)


def _marked_at(lines: list[Line], index: int) -> tuple[int, int] | None:
    following = lines[index : index + _MAX_ATTRIBUTION_LINES]
    if any(is_forwarded(line.text) for line in following):
        return None
    if lines[index].mark is Mark.CITED:
        above = lines[max(0, index - 1) : index]
        if not any(attribution(line.text) is not Attribution.NONE for line in above + following):
            return None
    return _with_rules(lines, index), _headers_end(lines, index)


def _separated_at(lines: list[Line], index: int) -> tuple[int, int] | None:
    """An "-----Original Message-----", with what belongs below it."""
    if not is_original(lines[index].text):
        return None
    below = [line for line in lines[index + 1 : index + 2 + _MAX_ATTRIBUTION_LINES] if line.text][:2]
    if not any(line.quoted or header(line.text) or _is_attribution(line) for line in below):
        return None
    return _with_rules(lines, index), _headers_end(lines, index + 1)


def _headed_at(lines: list[Line], index: int) -> tuple[int, int] | None:
    """The headers of a mail as Outlook and others repeat them: From, Sent, To, Subject."""
    is_further = index > 0 and header(lines[index - 1].text) is not None
    if is_further or not header(lines[index].text):
        return None
    found: dict[Header, str] = {}
    end = _headers_end(lines, index, found)
    if not _are_of_a_mail(found, is_below_rule=_with_rules(lines, index) < index):
        return None
    rest = [line.text for line in lines[end : end + 1]]
    # A form's "Message: ..." goes on where a mail's headers end.
    if not any(line.text for line in lines[end:]) or any(_LABEL.match(text) for text in rest):
        return None
    return _with_rules(lines, index), end


def _are_of_a_mail(found: dict[Header, str], *, is_below_rule: bool) -> bool:
    if Header.FROM not in found or Header.SENT not in found:
        return False
    is_dated, is_addressed = has_year(found[Header.SENT]), any(map(has_address, found.values()))
    if Header.TO in found and Header.SUBJECT in found:
        return is_dated or is_addressed
    if Header.TO not in found and Header.SUBJECT not in found:
        return False
    if is_below_rule:
        return is_dated or has_address(found[Header.FROM])
    return Header.TO in found and is_dated and has_address(found[Header.FROM])


def _attributed_at(lines: list[Line], index: int) -> tuple[int, int] | None:
    """A line like "On Monday, Ann Lee wrote:", which some programs break into several lines."""
    end = _colon_at(lines, index)
    if end is None:
        return None
    text = _joined(lines[index:end])
    kind = attribution(text)
    if end - index > 1 and not (has_year(text) and starts_on(text)) and _is_attribution(lines[end - 1]):
        return None
    if kind is Attribution.NONE or any(_is_dated_attribution(lines[later:end]) for later in range(index + 1, end)):
        return None
    below = next((line for line in lines[end:] if not line.is_rule or line.quoted), None)
    if kind is Attribution.LIKELY and not (below and below.quoted):
        return None
    return _with_rules(lines, index), end


def _colon_at(lines: list[Line], index: int) -> int | None:
    for end, line in enumerate(lines[index : index + _MAX_ATTRIBUTION_LINES], index + 1):
        if not line.text or line.quoted is not lines[index].quoted:
            return None
        if line.text.endswith(ENDINGS) or _is_attribution(line):
            return end
    return None


def _is_attribution(line: Line) -> bool:
    return attribution(line.text) is not Attribution.NONE


def _is_dated_attribution(lines: Sequence[Line]) -> bool:
    text = _joined(lines)
    return has_year(text) and attribution(text) is not Attribution.NONE


def _joined(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


def _headers_end(lines: list[Line], index: int, found: dict[Header, str] | None = None) -> int:
    """Where the lines end that say whose mail follows; `found` is filled with the headers among them."""
    found = {} if found is None else found
    end = index
    while end < min(len(lines), index + _MAX_HEADERS):
        line = lines[end]
        named = header(line.text)
        if named:
            found.setdefault(*named)
        elif line.is_rule:
            if not any(header(following.text) for following in lines[end + 1 : end + 2]):
                break
        elif not (found and _goes_on(lines[end - 1], line)):
            break
        end += 1
    return end if found else _colon_at(lines, index) or index


def _goes_on(above: Line, line: Line) -> bool:
    """Whether it is a further line of recipients."""
    return has_address(line.text) and (above.text.endswith((",", ";")) or line.text.endswith((",", ";", ">", ")", "]")))


def _with_rules(lines: list[Line], index: int) -> int:
    """The start of a history, with the rules drawn directly above it."""
    start = index
    while start and lines[start - 1].is_rule and not (lines[start - 1].quoted and lines[start - 1].text):
        start -= 1
    return next((above for above in range(start, index) if lines[above].text or lines[above].quoted), index)


def _is_answer(fresh: list[Line]) -> bool:
    """Whether somebody wrote something above the history, and not to announce what is in it."""
    words = [line.text for line in fresh if not line.is_rule and not line.quoted and not is_device_line(line.text)]
    if not words or _ANNOUNCES.search(words[-1]) or (len(words) == 1 and words[0].endswith(",")):
        return False
    text = " ".join(words)
    return len(text) > _MAX_POINTER or not points_down(text)


def _is_answered_within(lines: list[Line], body: int) -> bool:
    """Whether words stand outside of the quotes, where there are quotes, or below what holds the history."""
    shown = [line for line in lines[body:] if line.quoted or not line.is_rule]
    is_quoted = bool(shown) and shown[0].quoted
    for index, line in enumerate(shown):
        if (line.outside or (is_quoted and not line.quoted)) and not (line.signed or is_device_line(line.text)):
            return not (_are_known(shown, index) or _are_of_a_list(shown[index:]))
    return False


def _are_known(shown: list[Line], index: int) -> bool:
    """Whether the lines from there on stand in the history too, as a signature does that somebody always sends."""
    known = {_bare(line) for line in shown[:index] if line.quoted}
    return all(line.signed or _bare(line) in known for line in shown[index:])


def _bare(line: Line) -> str:
    """A line without the links that some programs add to its words."""
    return _LINK.sub("", line.text)


def _are_of_a_list(lines: list[Line]) -> bool:
    """Whether they are what a mailing list adds to each mail."""
    text = _joined(lines[: _MAX_FOOTER + 1]).lower()
    return len(lines) <= _MAX_FOOTER and any(word in text for word in _LIST_WORDS)
