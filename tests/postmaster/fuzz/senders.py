"""Mails and zones that somebody made to break the checks of senders: signatures, keys, SPF and DMARC records."""

from __future__ import annotations

import base64
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from hypothesis import strategies as st

from otalink.postmaster.authentication.answers import Answer, DnsUnavailable
from otalink.postmaster.delivery import Delivery
from tests.postmaster.authentication.customer_domain import PUBLIC, signed
from tests.postmaster.builders import mail

AUTHOR, HOST = "customer.example", "5.9.5.99"
_NAMES = [AUTHOR, "shop.customer.example", "example", "evil.example", "ac.pk", "evil.ac.pk", ".".join("abcdefghijk")]
_NOISE = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=40)
_LONG = st.sampled_from([" ", "%", "%{", "a ", "a:", "%{d}.", ";", "=", ".", "x", "\\", "exists:%{l}. ", "mx ", "ptr "])
_NUMBERS = st.sampled_from(["0", "1", "2", "33", "129", "99999999999999999999", "-1"])


@dataclass
class Zone:
    """Answers by name and type; a name that is not there is looked for under `*`. Counts what was asked."""

    records: dict[tuple[str, str], list[object]]
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def resolve(self, name: str, kind: str, _seconds: float) -> Answer:
        """As a resolver does."""
        self.asked[name, kind] += 1
        found = self.records.get((name, kind), self.records.get(("*", kind)))
        if found == [None]:
            raise DnsUnavailable("hostile")
        return Answer(tuple(found or ()), exists=found is not None)


@dataclass(frozen=True)
class Attack:
    """A mail, how it came, and what the DNS says about the domains in it."""

    raw: bytes
    delivery: Delivery
    zone: Zone


def _repeated(draw: st.DrawFn) -> str:
    return draw(_LONG) * draw(st.sampled_from([1, 3, 50, 900, 2_500]))


@st.composite
def _texts(draw: st.DrawFn, words: list[str], joint: str) -> str:
    """Words of a language, in any order, with noise and far too much of something between them."""
    parts = draw(st.lists(st.sampled_from(words), min_size=1, max_size=8, unique=True))
    for extra in ([], [draw(_NOISE)], [_repeated(draw)])[draw(st.sampled_from([0, 0, 0, 1, 2]))]:
        parts.insert(draw(st.integers(0, len(parts))), extra)
    return joint.join(parts)


_POLICY_WORDS = [
    "p=reject",
    "p=none",
    "sp=reject",
    "np=reject",
    "np=",
    "psd=y",
    "psd=n",
    "t=y",
    "adkim=s",
    "aspf=s",
    "p",
]
_SPF_WORDS = [
    *(
        "a",
        "mx",
        "ptr",
        "-all",
        "+all",
        "?all",
        f"ip4:{HOST}",
        "ip4:0.0.0.0/0",
        "ip6:::/0",
        "a/0",
        "mx:evil.example//0",
    ),
    *(
        "include:customer.example",
        "include:evil.example",
        "redirect=customer.example",
        "exp=evil.example",
        "a:%{p}.%{h}",
    ),
    *(
        "exists:%{i}.%{l}.evil.example",
        "exists:%{d9r-}.x",
        "include:%{d}",
        "%{",
        "redirect=",
        "ip4:1",
        "unknown:x",
        "x=%",
    ),
]


@st.composite
def policies(draw: st.DrawFn) -> bytes:
    """Something like a DMARC record."""
    start = draw(st.sampled_from([*["v=DMARC1"] * 6, "v=DMARC1 ", "V = DMARC1", "v=DMARC2", "", "\x00"]))
    return ";".join([start, draw(_texts(_POLICY_WORDS, ";"))]).encode()


@st.composite
def senders(draw: st.DrawFn) -> bytes:
    """Something like an SPF record."""
    return f"{draw(st.sampled_from(['v=spf1', 'V=SPF1', 'v=spf2']))} {draw(_texts(_SPF_WORDS, ' '))}".encode()


@st.composite
def keys(draw: st.DrawFn) -> bytes:
    """Something like the record of a key: the real one, a cut one, one of other numbers, or noise."""
    kind = draw(st.sampled_from([0, 0, 0, 1, 2, 3]))
    if kind == 0:
        return f"v=DKIM1; k=rsa; p={PUBLIC}".encode()
    if kind == 1:
        return f"v=DKIM1; p={PUBLIC[: draw(st.integers(0, len(PUBLIC)))]}".encode()
    if kind == 2:
        return b"v=DKIM1; p=" + base64.b64encode(draw(_der()))
    return b";".join(
        [b"v=DKIM1", draw(_texts(["k=ed25519", "k=rsa", "k=", "s=*", "s=x", "t=y", "p=", "p=eA=="], ";")).encode()]
    )


@st.composite
def _der(draw: st.DrawFn) -> bytes:
    """The numbers of an RSA key, of any size."""
    bits = st.sampled_from([0, 1, 64, 512, 1_024, 2_048, 9_000, 100_000])
    return public_key(draw(bits), draw(bits)) + draw(st.binary(max_size=4))


def public_key(modulus_bits: int, exponent_bits: int) -> bytes:
    """An RSA key with numbers of these sizes, as PKCS #1 writes it."""
    numbers = [b"\x00" + b"\xc3" * (bits // 8) for bits in (modulus_bits, exponent_bits)]
    return _field(0x30, b"".join(_field(2, number) for number in numbers))


def _field(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x83" + size.to_bytes(3, "big")
    return bytes([tag]) + length + content


@st.composite
def signatures(draw: st.DrawFn, domains: list[str]) -> bytes:
    """A header that is something like a signature."""
    b64 = st.sampled_from(["", "eA==", "!", "eA", "A" * 344, " e A = = "])
    tags = {
        "v": draw(st.sampled_from(["1", "2", ""])),
        "a": draw(st.sampled_from(["rsa-sha256", "rsa-sha1", "ed25519-sha256", "x"])),
        "c": draw(st.sampled_from(["relaxed/relaxed", "simple/simple", "relaxed", "x/y/z", ""])),
        "d": draw(st.sampled_from([*domains, "", ".", "\u00fc.example"])),
        "s": draw(st.sampled_from(["now", "s" * 70, "..", "\u00fc", "", "a.b"])),
        "h": draw(
            st.sampled_from(["from", "from:subject", "subject", ":", "from : from", ":".join(map(str, range(300)))])
        ),
        "bh": draw(b64),
        "b": draw(b64),
        draw(st.sampled_from(["l", "t", "x", "q", "i", "z"])): draw(st.one_of(_NUMBERS, _NOISE)),
    }
    left = [f"{name}={value}" for name, value in tags.items() if draw(st.integers(0, 9))]
    return f"DKIM-Signature: {'; '.join(left)}".encode() + b"\r\n"


@cache
def _mail(domain: str, signature: str) -> bytes:
    """A mail that its author's domain signed, as usual or with as many names of headers as there is room for."""
    raw = mail(sender=f"x@{domain}")
    names = [b"from", *(b"x%d" % number for number in range(500))]
    options = {"include_headers": names} if signature == "many names" else {}
    return signed(raw, domain, **options) if signature else raw


@st.composite
def attacks(draw: st.DrawFn) -> Attack:
    """A mail of an author whose whole zone somebody made to keep us busy."""
    domain = draw(st.sampled_from(_NAMES))
    head = b"".join(draw(st.lists(signatures([domain, f"a.{domain}", AUTHOR]), max_size=7)))
    raw = _mail(domain, draw(st.sampled_from(["", "as usual", "many names"])))
    junk = b"X:\r\n" * draw(st.sampled_from([0, 0, 0, 1_000, 3_000]))
    local = draw(st.sampled_from(["x", "a.b.c", "%{d}", "x" * 500, "\u00fc", "", "a-b+c"]))
    helo = draw(st.sampled_from(["mx.evil.example", "", "[1.2.3.4]", "%{i}", "x" * 300]))
    client = draw(st.sampled_from([HOST, "2a00::1", "", "::ffff:5.9.5.99"]))
    return Attack(head + junk + raw, Delivery(f"{local}@{domain}", client_ip=client, helo=helo), draw(zones(domain)))


@st.composite
def zones(draw: st.DrawFn, domain: str) -> Zone:
    """What the DNS says of a domain, those below it and those above it."""
    text = st.one_of(policies(), senders(), keys(), st.binary(max_size=30))
    texts: st.SearchStrategy[list[object]] = st.one_of(*[st.lists(text, max_size=3)] * 5, st.just([None]))
    records: dict[tuple[str, str], list[object]] = {
        ("*", "TXT"): draw(texts),
        ("*", "A"): draw(st.sampled_from([[], [HOST], ["192.0.2.1"] * 50])),
        ("*", "AAAA"): draw(st.sampled_from([[], ["2a00::1"]])),
        ("*", "MX"): draw(
            st.sampled_from([[], [(10, "mx.evil.example")], [(n, f"mx{n}.evil.example") for n in range(12)]])
        ),
        ("*", "PTR"): draw(st.sampled_from([[], ["mx.evil.example"], [f"p{n}.evil.example" for n in range(50)]])),
        (domain, "TXT"): draw(st.lists(senders(), min_size=1, max_size=2)),
        (f"_dmarc.{domain}", "TXT"): draw(st.lists(policies(), min_size=1, max_size=2)),
        (f"now._domainkey.{domain}", "TXT"): draw(st.lists(keys(), min_size=1, max_size=2)),
    }
    missing = draw(st.sets(st.sampled_from(sorted(records)), max_size=3))
    return Zone({key: found for key, found in records.items() if key not in missing})


_WORD = re.compile(rb"[A-Za-z]{3,}")


@st.composite
def forgeries(draw: st.DrawFn) -> Attack:
    """A mail that its author's domain really signed, with something signed changed since; its zone is as it should be.

    Beside it may stand whatever the forger's own domain signed, and what it says in the DNS.
    """
    raw = signed(mail(subject="Printer in room twelve"))
    head, _, rest = raw.partition(b"From: ")
    changed = head + draw(_changed(b"From: " + rest))
    added = b"".join(draw(st.lists(signatures(["evil.example", "evil.ac.pk", AUTHOR, f"a.{AUTHOR}"]), max_size=3)))
    if draw(st.booleans()):
        changed = signed(changed, "evil.example")
    zone = draw(zones("evil.example"))
    honest = {
        f"now._domainkey.{AUTHOR}": f"v=DKIM1; k=rsa; p={PUBLIC}".encode(),
        f"_dmarc.{AUTHOR}": b"v=DMARC1; p=reject",
        AUTHOR: b"v=spf1 -all",
    }
    known = {key: found for key, found in zone.records.items() if key[0] != "*" and "evil" in key[0]}
    records: dict[tuple[str, str], list[object]] = {**known}
    records |= {(name, "TXT"): [text] for name, text in honest.items()}
    delivery = Delivery(
        draw(st.sampled_from(["x@evil.example", f"ann@{AUTHOR}", ""])), client_ip=HOST, helo="evil.example"
    )
    return Attack(added + changed, delivery, Zone(records))


@st.composite
def _changed(draw: st.DrawFn, raw: bytes) -> bytes:
    """A mail in which something differs that a reader sees."""
    head, _, body = raw.partition(b"\r\n\r\n")
    kind = draw(st.sampled_from(["word", "word", "more", "less", "second author", "other author", "subject"]))
    if kind == "word":
        found = draw(st.sampled_from(list(_WORD.finditer(body))))
        body = body[: found.start()] + draw(st.sampled_from([b"pay", b"Now", b"\xff", b"0"])) + body[found.end() :]
    elif kind == "more":
        body += draw(st.sampled_from([b"x", b"\r\nx\r\n", b"\x00", b"\r\n\r\n.\r\n"]))
    elif kind == "less":
        body = body[: draw(st.integers(0, len(body) - 4))]
    elif kind == "second author":
        head = draw(
            st.sampled_from([b"From: ceo@customer.example\r\n" + head, head + b"\r\nFrom: ceo@customer.example"])
        )
    elif kind == "other author":
        head = head.replace(b"Ann Lee", draw(st.sampled_from([b"Bob Lee", b"CEO", b""])), 1)
    else:
        head = head.replace(b"twelve", b"thirteen", 1)
    return head + b"\r\n\r\n" + body
