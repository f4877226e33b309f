"""Replies as mail programs write them: their prefixes, and what they make of the headers that name what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from random import Random

from tests.postmaster.case import BOB, FIRST, Case
from tests.postmaster.proofs import checked
from tests.support import make

Threading = Callable[[list[str]], list[str]]


def _in_brackets(ids: list[str]) -> list[str]:
    return [f"<{id_}>" for id_ in ids]


def _both(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: <{ids[-1]}>", f"References: {' '.join(_in_brackets(ids))}"]


def _folded(ids: list[str]) -> list[str]:
    lines = "\r\n ".join(_in_brackets(ids))
    return [f"References: {lines}", f"In-Reply-To: <{ids[-1]}>"]


def _folded_by_tabs(ids: list[str]) -> list[str]:
    lines = "\r\n\t".join(_in_brackets(ids))
    return [f"In-Reply-To:\r\n\t<{ids[-1]}>", f"References:\r\n\t{lines}"]


def _references_only(ids: list[str]) -> list[str]:
    return [f"References: {' '.join(_in_brackets(ids))}"]


def _in_reply_to_only(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: <{ids[-1]}>"]


def _first_and_last(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: <{ids[-1]}>", f"References: {' '.join(_in_brackets([ids[0], *ids[-2:]]))}"]


def _cut_in_the_middle(ids: list[str]) -> list[str]:
    return [f"References: {' '.join(_in_brackets(ids))[-120:]}"]


def _cut_behind(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: <{ids[-1]}>", f"References: {' '.join(_in_brackets(ids))[:60]}"]


def _broken_in_two(ids: list[str]) -> list[str]:
    # Programs that wrap at a column, wherever that is.
    text = " ".join(_in_brackets(ids))
    return ["References: " + "\r\n ".join("".join(part) for part in batched(text, 47))]


def _bare(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: {ids[-1]}"]


def _with_words(ids: list[str]) -> list[str]:
    return [f'In-Reply-To: Your message of "Mon, 23 Nov 2026 10:00:00 +0100" <{ids[-1]}>']


def _several(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: {' '.join(reversed(_in_brackets(ids)))}"]


def _in_capitals(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: <{ids[-1].upper()}>", f"References: {' '.join(_in_brackets(ids)).upper()}"]


def _other_case_of_names(ids: list[str]) -> list[str]:
    return [f"in-reply-to: <{ids[-1]}>", f"REFERENCES: {' '.join(_in_brackets(ids))}"]


def _glued(ids: list[str]) -> list[str]:
    return [f"References: {''.join(_in_brackets(ids))}"]


def _as_words_of_rfc_2047(ids: list[str]) -> list[str]:
    return [f"References: =?us-ascii?Q?=3C{ids[-1].replace('@', '=40')}=3E?="]


@dataclass(frozen=True)
class Program:
    """A mail program: the prefixes it puts before a subject, how it threads, and the headers by which it is known."""

    name: str
    prefixes: tuple[str, ...]
    threadings: tuple[Threading, ...]
    headers: tuple[str, ...] = ()


PROGRAMS = (
    Program(
        "Outlook",
        ("RE: ", "AW: ", "SV: ", "TR: ", "RV: "),
        (_folded, _both),
        ("Thread-Topic: Printer", "Thread-Index: AQHafrPr1XBXk0+JyU6q3A==", "X-MS-Has-Attach:"),
    ),
    Program(
        "Outlook 2003",
        ("RE: ", "AW: "),
        (_in_reply_to_only, _in_capitals),
        ("Thread-Index: AcT1nVq7p0xkQ1hhRDK3A0nA", "X-Mailer: Microsoft Office Outlook 11"),
    ),
    Program("Exchange", ("RE: ", "Antwort: "), (_folded, _first_and_last), ("X-MS-Exchange-Organization-SCL: -1",)),
    Program("Gmail", ("Re: ",), (_both, _folded), ("MIME-Version: 1.0", "X-Gm-Message-State: AOJu0Yz1")),
    Program("Apple Mail", ("Re: ", "Aw: ", "Rép : "), (_folded, _both), ("X-Mailer: Apple Mail (2.3774.600.62)",)),
    Program("Thunderbird", ("Re: ",), (_both,), ("User-Agent: Mozilla Thunderbird", "Content-Language: de-DE")),
    Program("iOS", ("Re: ", "Aw: "), (_folded, _references_only), ("X-Mailer: iPhone Mail (22B91)",)),
    Program("Android", ("Re: ", "AW: "), (_both, _in_reply_to_only), ("X-Priority: 3",)),
    Program("Samsung Email", ("Re: ", "RE: "), (_in_reply_to_only, _references_only), ()),
    Program("mutt", ("Re: ",), (_both, _first_and_last), ("User-Agent: Mutt/2.2.12",)),
    Program(
        "Lotus Notes",
        ("Antwort: ", "Re: ", "Réf. : "),
        (_both, _in_capitals, _folded_by_tabs),
        ("X-MIMETrack: Serialize by Router on N1", "X-Mailer: HCL Notes Release 12"),
    ),
    Program("T-Online", ("Aw: ", "AW: "), (_both, _references_only, _cut_behind), ("X-UMS: email",)),
    Program("web.de", ("Aw: ", "Re: "), (_in_reply_to_only, _both), ("X-UI-Message-Type: mail", "Sensitivity: Normal")),
    Program("Yahoo", ("Re: ",), (_folded, _in_reply_to_only), ("X-Mailer: WebService/1.1.22876 YMailNorrin",)),
    Program("The Bat!", ("Re[2]: ", "Re[4]: "), (_both, _folded), ("X-Mailer: The Bat! (v10)",)),
    Program("Eudora", ("Re: ",), (_in_reply_to_only, _references_only, _glued), ("X-Mailer: QUALCOMM Eudora",)),
    Program("nmh", ("Re: ",), (_with_words, _several), ()),
    Program("Roundcube", ("Re: ", "Odp: "), (_both,), ("User-Agent: Roundcube Webmail/1.6",)),
    Program("Evolution", ("Re: ", "Sv: "), (_both,), ("User-Agent: Evolution 3.50",)),
    Program(
        "GroupWise", ("Re: ", "Antw: "), (_in_reply_to_only, _bare), ("X-Mailer: Novell GroupWise Internet Agent",)
    ),
    Program("a phone", ("Re:", "", "回复\uff1a"), (_bare, _other_case_of_names), ()),
    Program("a gateway", ("RE: ", "WG: RE: "), (_broken_in_two, _cut_in_the_middle, _as_words_of_rfc_2047), ()),
)
# As they write Ann and Bob.
_NAMES = {
    make.ANN: (
        "Ann Lee <ann@customer.example>",
        "ann@customer.example",
        '"Lee, Ann" <Ann@Customer.Example>',
        "=?utf-8?q?Ann_L=C3=A9e?= <ann@customer.example>",
        "<ANN@CUSTOMER.EXAMPLE>",
        "ann@customer.example (Ann Lee)",
        "Ann Lee\r\n <ann@customer.example>",
        "Lee, Ann <ann@customer.example>",
    ),
    BOB: ("Bob Ray <bob@partner.example>", '"Bob Ray (Partner Ltd)" <bob@partner.example>', "BOB@partner.example"),
}
_SUBJECTS = (
    "{prefix}[Ticket#{number}] Printer",
    "{prefix}[Ticket#{number}]\r\n Printer",
    "{prefix}Printer",
    "{prefix}=?utf-8?q?=5BTicket#{number}=5D_Drucker?=",
    "",
)
_TAGGED = "{prefix}[Ticket#{number}] Printer"
# What our server found out; each proves the domain.
_PASSES = (
    "dmarc=pass (p=reject) header.from={domain}",
    "dkim=pass header.d={domain} header.s=s1; spf=none smtp.mailfrom={domain}",
    "dkim=fail header.d=list.example; dkim=pass header.i=@{domain}; dmarc=pass action=none header.from={domain}",
    "spf=pass smtp.mailfrom=bounce@{domain}; dkim=none",
)


def replies(case: Case, seed: int, number: int) -> Iterator[tuple[str, bytes]]:
    """So many replies of the ticket's readers, each with a word on how it was written, the same for the same seed."""
    random = Random(seed)
    for count in range(number):
        program = PROGRAMS[count % len(PROGRAMS)]
        login = random.choice((make.ANN, make.ANN, BOB))
        proof = random.choice(("answers", "answers", "answers", "checked", "address"))
        lines, subject, prefixed = _proof(random, case, program, login, proof)
        message_id = f"{seed}.{count}.{random.randrange(10**9)}@mail.{login.partition('@')[2]}"
        prefix = random.choice(program.prefixes)
        head = [
            f"From: {random.choice(_NAMES[login])}",
            *([f"Subject: {subject.format(prefix=prefix, number=case.number)}"] if subject else []),
            "Date: Tue, 24 Nov 2026 09:30:00 +0100",
            f"Message-ID: <{message_id}>",
            *lines,
            *program.headers,
        ]
        random.shuffle(head)
        raw = "\r\n".join([*head, "", f"Yes, it is. ({program.name})", ""]).encode()
        yield f"{program.name}: {proof} {login}", checked(prefixed, raw) if prefixed else raw


def _proof(random: Random, case: Case, program: Program, login: str, proof: str) -> tuple[list[str], str, str]:
    """The header lines that thread and address a reply, its subject, and what our server wrote before it."""
    earlier = [FIRST, *(f"{n}.x@mail.customer.example" for n in range(random.randrange(4)))]
    to = "To: Support <support@localhost>"
    if proof == "answers":
        ours = list(case.ours[login])[: random.randrange(1, 3)]
        return [*random.choice(program.threadings)([*earlier, *ours]), to], random.choice(_SUBJECTS), ""
    if proof == "checked":
        foreign = random.choice(([], _both(earlier)))
        results = random.choice(_PASSES).format(domain=login.partition("@")[2])
        return [*foreign, to], _TAGGED, results
    mangled = random.choice((str, str.upper, str.lower))(case.addresses[login])
    return [f"{random.choice(('To', 'Cc', 'Delivered-To'))}: <{mangled}>"], random.choice(("Re: Printer", "")), ""
