"""E-mail addresses in headers: one author, and everybody the mail went to, in one pass over the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
_ANYWHERE = re.compile(rf"(?<!{_ATOM_CHARACTER}|@){_ATOM_CHARACTER}{{1,64}}@[\w.-]{{1,200}}+(?!@)")
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
    after: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    depth: int = 0


def author(headers: Headers) -> Mailbox:
    """Who wrote the mail: the first valid address in From, and only where From holds none, the one in Sender.

    Where neither holds one, its address is empty and its name the one in From.
    """
    for name in ("from", "sender"):
        for value in headers.all(name):
            if len(value) > _MAX_SEARCHED:
                continue
            boxes = chain(_last_first(value), mailboxes(value))
            found = next((box for box in boxes if is_address(box.address)), None) or _rescue(value)
            if found:
                return found
    return Mailbox("", next(filter(None, map(_name_alone, headers.all("from"))), ""))


def _name_alone(value: str) -> str:
    """The name of somebody whose address nobody says."""
    return next((box.name for box in mailboxes(value[:_MAX_SEARCHED], nameless=True) if box.name), "")


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


def mailboxes(value: str, *, nameless: bool = False) -> Iterator[Mailbox]:
    """The mailboxes of a header value whose encoded words are not decoded; the members of groups among them.

    `nameless` takes words without an address for one too, of which they are the name.
    """
    now = _Open()
    for token in _TOKEN.finditer(value):
        if now.depth or token["mark"] == "(":
            _comment(now, token)
        elif token["mark"] in {",", ";"} or (token["mark"] == ":" and now.angle):
            # The name of a group stands before a colon, and has no address.
            yield from _close(now, nameless=nameless)
            now = _Open()
        elif token["mark"] == ":":
            now = _Open()
        elif token["angle"] is not None and now.angle:
            # Somebody left the comma out.
            yield from _close(replace(now, after=[]))
            now = _Open(words=now.after, angle=token["angle"])
        elif token["angle"] is not None:
            now.angle = token["angle"]
        elif token[0] not in "<>":
            (now.after if now.angle else now.words).append(token[0])
    yield from _close(now, nameless=nameless)


def _comment(now: _Open, token: re.Match[str]) -> None:
    now.depth = max(0, now.depth + {"(": 1, ")": -1}.get(token[0], 0))
    if token["mark"] not in {"(", ")"}:
        now.comment.append(token[0])


def _close(now: _Open, *, nameless: bool = False) -> Iterator[Mailbox]:
    text, comment = "".join(now.words).strip(), "".join(now.comment).strip()
    if now.angle:
        after = "".join(now.after).strip()
        # What stands before the last colon is a route from the time before DNS, but for colons of the address itself.
        address = now.angle if re.search(r'["\[]', now.angle) else now.angle.rpartition(":")[2]
        is_next = "@" in after and '"' not in after
        name = _name(text if is_next or not after else f"{text} {after}".strip()) or _name(comment)
        yield Mailbox(_tidy(address), name or (_name(address) if nameless and "@" not in address else ""))
        if is_next:
            yield from _close(_Open(words=now.after))
    elif _is_list(text):
        yield from (Mailbox(_tidy(word), "") for word in text.split())
    elif "@" in text:
        before, last = _last_word(text)
        yield Mailbox(_tidy(last), _name(before or comment))
    elif nameless and (text or comment):
        # As in MAILER-DAEMON (Mail Delivery System).
        yield Mailbox("", _name(text if " " in text else comment or text))


def _last_word(text: str) -> tuple[str, str]:
    """What stands before an address, and the address."""
    # Quotes belong to it in "a b"@example.org.
    if _IN_QUOTES.fullmatch(text):
        return "", text
    before, _, last = text.rpartition(" ")
    # An encoded word that touches the address is a name.
    word, end, rest = last.rpartition("?=")
    return (f"{before} {word}{end}", rest) if end and rest.find("@") > 0 else (before, last)


def _is_list(text: str) -> bool:
    """Whether somebody left the commas out."""
    words = text.split()
    return len(words) > 1 and all(is_address(word) for word in words)


def _tidy(address: str) -> str:
    address = decode_words(address).strip()
    if address.startswith("'") and address.endswith("'"):
        address = address[1:-1]
    if not address.startswith('"'):
        # The standard of 1982 allowed comments inside, and spaces beside dots. Any other space divides two words, which
        # joined would name somebody else.
        address = re.sub(r" ?([.@]) ?", r"\1", " ".join(_COMMENT.sub("", address).split()))
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
    # Behind another word in angle brackets it may be the end of an address.
    if found is None or re.search(r"<\s*[^<>\s][^<>]*$", text[: found.start()]):
        return None
    return Mailbox(found[0].rstrip("."), text[: found.start()].strip(" \"'<(:,;")[:_MAX_NAME])
