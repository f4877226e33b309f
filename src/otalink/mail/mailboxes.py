"""E-mail addresses in headers: one author, and everybody the mail went to, in one pass over the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from otalink.customers.addresses import is_address, normal
from otalink.mail.headers import ENCODED_WORD, Headers, decode_words

# Characters. A longer From names nobody: cut, it could name somebody else than it does.
_MAX_SEARCHED = 20_000
_MAX_NAME = 250
# Of all headers of one name, and their characters: they only serve to find the queue.
_MAX_RECIPIENTS, _MAX_LISTED = 5_000, 250_000

_IPV6 = r"\[[Ii][Pp][Vv]6:[0-9A-Fa-f:.]{2,45}\]"
_TOKEN = re.compile(
    rf'(?P<quoted>"(?:[^"\\]|\\.)*")|<(?P<angle>(?:"(?:[^"\\]|\\.)*"|[^<>"])*)>|(?P<word>{ENCODED_WORD}|\\.|{_IPV6}'
    r'|\[|[^\s"<>,;:()\[]+)'
    r"|(?P<mark>[,;:()])|\s+|.",
    re.DOTALL,
)
_ATOM_CHARACTER = r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]"
# Bounded, because without an @ every start would search to the end.
_ANYWHERE = re.compile(rf"(?<!{_ATOM_CHARACTER}){_ATOM_CHARACTER}{{1,64}}@[\w.-]{{1,200}}")
_IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"@\S+')
# One person whose comma stands without the quotes it needs: Lee, Ann <ann@example.org>.
_LAST_FIRST = re.compile(r"([^<>\"();:@,]{1,200},[^<>\"();:@,]{1,200})<([^<>]+)>")
_COMMENT = re.compile(r"\([^()]*\)")
RECIPIENT_HEADERS = ("resent-to", "envelope-to", "to", "cc", "delivered-to", "x-original-to")


@dataclass(frozen=True)
class Mailbox:
    """An address as written, and the decoded name beside it, which may be empty."""

    address: str
    name: str


@dataclass
class _Open:
    """What was read of a mailbox so far."""

    words: list[str] = field(default_factory=list)
    angle: str = ""
    comment: list[str] = field(default_factory=list)
    depth: int = 0


def author(headers: Headers) -> Mailbox | None:
    """Who wrote the mail: the first valid address in From, and only where From holds none, the one in Sender."""
    for name in ("from", "sender"):
        for value in headers.all(name):
            if len(value) > _MAX_SEARCHED:
                continue
            boxes = chain(_last_first(value), mailboxes(value))
            found = next((box for box in boxes if is_address(box.address)), None) or _rescue(value)
            if found:
                return found
    return None


def _last_first(value: str) -> Iterator[Mailbox]:
    if one := _LAST_FIRST.fullmatch(value.strip()):
        yield Mailbox(_tidy(one[2]), _name(one[1].strip()))


def recipients(headers: Headers, envelope: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Every address the mail was for, in normal form, each once; those of the envelope first."""
    named = (address for name in RECIPIENT_HEADERS for address in _listed(headers, name))
    return tuple(dict.fromkeys(normal(address) for address in (*envelope, *named) if is_address(address)))


def _listed(headers: Headers, name: str) -> Iterator[str]:
    together = ",".join(headers.all(name))[:_MAX_LISTED]
    return (box.address for box in islice(mailboxes(together), _MAX_RECIPIENTS))


def mailboxes(value: str) -> Iterator[Mailbox]:
    """The mailboxes of a header value whose encoded words are not decoded; the members of groups among them."""
    now = _Open()
    for token in _TOKEN.finditer(value):
        if now.depth or token["mark"] in {"(", ")"}:
            _comment(now, token)
        elif token["mark"] in {",", ";"}:
            yield from _close(now)
            now = _Open()
        elif token["mark"] == ":":
            now = _Open()
        elif token["angle"] is not None:
            now.angle = now.angle or token["angle"]
        elif token[0] not in "<>":
            now.words.append(token[0])
    yield from _close(now)


def _comment(now: _Open, token: re.Match[str]) -> None:
    now.depth = max(0, now.depth + {"(": 1, ")": -1}.get(token[0], 0))
    if token["mark"] not in {"(", ")"}:
        now.comment.append(token[0])


def _close(now: _Open) -> Iterator[Mailbox]:
    text, comment = "".join(now.words).strip(), "".join(now.comment).strip()
    if now.angle:
        # What stands before the last colon is a route from the time before DNS, but for colons of the address itself.
        address = now.angle if re.search(r'["\[]', now.angle) else now.angle.rpartition(":")[2]
        yield Mailbox(_tidy(address), _name(text or comment))
    elif _is_list(text):
        yield from (Mailbox(_tidy(word), "") for word in text.split())
    elif "@" in text:
        # Quotes belong to the address in "a b"@example.org; otherwise the address is the last word.
        before, _, last = ("", "", text) if _IN_QUOTES.fullmatch(text) else text.rpartition(" ")
        yield Mailbox(_tidy(last), _name(before or comment))


def _is_list(text: str) -> bool:
    """Whether somebody left the commas out."""
    words = text.split()
    return len(words) > 1 and all(is_address(word) for word in words)


def _tidy(address: str) -> str:
    address = decode_words(address).strip()
    if address.startswith("'") and address.endswith("'"):
        address = address[1:-1]
    if not address.startswith('"'):
        # The standard of 1982 allowed comments and spaces inside.
        address = re.sub(r"\s+", "", _COMMENT.sub("", address))
    return address.removeprefix("mailto:").removesuffix(".")


def _name(text: str) -> str:
    # Cut twice: encoded it is many times as long.
    return decode_words(_unquoted(text[: 20 * _MAX_NAME]))[:_MAX_NAME]


def _unquoted(text: str) -> str:
    if text.count('"') == 1:
        return text.replace('"', "")
    return re.sub(r'"((?:[^"\\]|\\.)*)"', lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), text)


def _rescue(value: str) -> Mailbox | None:
    # Such as `"Ann Lee <ann@example.org>`, where a quote was never closed, or an address inside an encoded name.
    text = decode_words(value)
    found = next((match for match in _ANYWHERE.finditer(text) if is_address(match[0].rstrip("."))), None)
    if found is None:
        return None
    return Mailbox(found[0].rstrip("."), text[: found.start()].strip(" \"'<(:,;")[:_MAX_NAME])
