"""Follow-ups by somebody who knows a customer's address and a ticket's number, and all they may try with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from otalink.postmaster.delivery import Delivery
from tests.postmaster.case import BOB, FIRST, Case
from tests.postmaster.proofs import SERVER, checked
from tests.support import make

# Who it claims to be from; `ann` and `bob` are readers.
_AUTHORS = (
    "From: Ann Lee <ann@customer.example>",
    "From: ann@customer.example",
    "From: <ANN@CUSTOMER.EXAMPLE>",
    'From: "ann"@customer.example',
    "From: Bob Ray <bob@partner.example>",
    'From: "Ann Lee <ann@customer.example>" <eve@evil.example>',
    "From: ann@customer.example <eve@evil.example>",
    "From: =?utf-8?q?ann=40customer.example?= <eve@evil.example>",
    "From: Ann Lee <ann@customer.example>, eve@evil.example",
    "From: eve@evil.example, Ann Lee <ann@customer.example>",
    "From: Ann Lee <ann@customer.example>\r\nFrom: eve@evil.example",
    "From: eve@evil.example\r\nFrom: Ann Lee <ann@customer.example>",
    "From: Ann <ann@customer.example> <eve@evil.example>",
    "From: <eve@evil.example> <ann@customer.example>",
    "From: ann@customer.example (eve@evil.example)",
    "From: <@evil.example:ann@customer.example>",
    "From: Friends: ann@customer.example, eve@evil.example;",
    "From: undisclosed\r\nSender: ann@customer.example",
    "Sender: Ann Lee <ann@customer.example>",
    "From: Ann Lee <ann@customer.example>\r\nSender: eve@evil.example\r\nReply-To: eve@evil.example",
    "From: eve@evil.example\r\nSender: ann@customer.example\r\nReply-To: ann@customer.example",
    "From: eve@evil.example\r\nResent-From: ann@customer.example\r\nX-Original-From: ann@customer.example",
    "From: ann@customer.example\r\nFrom : eve@evil.example",
    "From: ann\u200b@customer.example",
    "From: \u0430nn@customer.example",
    "From: \u202eAnn\u202c <ann@customer.example>",
    "From: ann@customer.example\r\nReturn-Path: <ann@customer.example>",
)
# What our server found out: nothing, that nothing speaks for it, that it is forged, or the truth about the forger.
_CHECKS = (
    "",
    "",
    "none",
    "dmarc=fail (p=none) header.from={domain}",
    "dmarc=fail (p=reject dis=none) header.from={domain}",
    "dmarc=fail action=quarantine header.from={domain}",
    "dmarc=temperror header.from={domain}",
    "dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example; dmarc=fail (p=none) header.from={domain}",
    "dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=eve@evil.example",
    "dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example",
    "spf=softfail smtp.mailfrom={domain}; dkim=none",
)
# Below the Received header of our server, where everybody can write what they like.
_CLAIMS = (
    "",
    f"Authentication-Results: {SERVER}; dmarc=pass header.from=customer.example; dkim=pass header.d=customer.example",
    "Authentication-Results: mx.customer.example; dmarc=pass header.from=customer.example",
    f"ARC-Authentication-Results: i=1; {SERVER}; dmarc=pass header.from=customer.example",
    "Received-SPF: pass (evil: domain of ann@customer.example) client-ip=192.0.2.1",
    "DKIM-Signature: v=1; a=rsa-sha256; d=customer.example; s=now; h=from:to; bh=AAAA; b=AAAA",
)
_DIRECTIVES = (
    (),
    ("X-OTOBO-FollowUp-IsVisibleForCustomer: 1",),
    ("x-otobo-followup-isvisibleforcustomer: yes", "X-OTOBO-IsVisibleForCustomer: 1"),
    ("X-OTOBO-CustomerUser: ann@customer.example", "X-OTOBO-CustomerNo: ann@customer.example"),
    ("X-OTOBO-State: open", "X-OTOBO-FollowUp-State: open", "X-OTOBO-FollowUp-SenderType: agent"),
    ("X-OTOBO-SenderType: agent", "X-OTOBO-Loop: no", "X-OTRS-FollowUp-State: open"),
    ("X-OTOBO-DynamicField-FollowUp-IsVisibleForCustomer: 1", "X-OTOBO-Standing: own"),
)
_BODIES = ("Let me in.", "> wrote:\r\n> Message-ID: <{ours}>", "In-Reply-To: <{other}>\r\n\r\nPlease reopen.")
Reference = Callable[[Random, Case, str], list[str]]


def _nothing(_random: Random, _case: Case, _victim: str) -> list[str]:
    return []


def _own_words(_random: Random, _case: Case, _victim: str) -> list[str]:
    return [f"In-Reply-To: <{FIRST}>", f"References: <{FIRST}>"]


def _sent_to_another_reader(random: Random, case: Case, victim: str) -> list[str]:
    id_ = random.choice(case.ours[BOB if victim == make.ANN else make.ANN])
    return [random.choice((f"In-Reply-To: <{id_}>", f"References: <{FIRST}>\r\n <{id_}>"))]


def _about_another_ticket(_random: Random, case: Case, _victim: str) -> list[str]:
    return [f"In-Reply-To: <{case.other}>", f"References: <{case.other}> <{FIRST}>"]


def _guessed(random: Random, _case: Case, _victim: str) -> list[str]:
    ids = [f"<{random.randbytes(16).hex()}@127.0.0.1>" for _ in range(random.choice((1, 40, 150)))]
    return [f"References: {' '.join(ids)}", f"In-Reply-To: {ids[0]}"]


def _nearly(random: Random, case: Case, victim: str) -> list[str]:
    id_ = random.choice(case.ours[victim])
    wrong = random.choice((id_[1:], f"{id_}x", f"0{id_}", id_.partition("@")[0], id_[:31] + "@127.0.0.1", id_[::-1]))
    return [f"In-Reply-To: <{wrong}>", f"References: <{wrong}>"]


def _patterns(_random: Random, _case: Case, _victim: str) -> list[str]:
    return ["In-Reply-To: <%@127.0.0.1>", f"References: <{'_' * 32}@127.0.0.1> <' OR 1=1 --@127.0.0.1>"]


def _in_other_headers(random: Random, case: Case, victim: str) -> list[str]:
    id_ = random.choice(case.ours[victim])
    return [f"X-In-Reply-To: <{id_}>", f"Comments: References: <{id_}>", f"Resent-Message-ID: <{id_}>"]


def _signed_for_another(random: Random, case: Case, victim: str) -> list[str]:
    theirs = case.addresses[BOB if victim == make.ANN else make.ANN]
    made_up = f"support+{case.number}.{''.join(random.choices('abcdefghijklmnopqrstuvwxyz234567', k=26))}@localhost"
    bare = f"support+{case.number}@localhost"
    return [f"{random.choice(('Cc', 'Delivered-To', 'X-Original-To'))}: <{random.choice((theirs, made_up, bare))}>"]


_REFERENCES: tuple[Reference, ...] = (
    _nothing,
    _own_words,
    _sent_to_another_reader,
    _about_another_ticket,
    _guessed,
    _nearly,
    _patterns,
    _in_other_headers,
    _signed_for_another,
)


def forgeries(case: Case, seed: int, number: int) -> Iterator[tuple[str, bytes, Delivery]]:
    """So many forged follow-ups, each with what it tries and how it came, the same for the same seed."""
    random = Random(seed)
    for count in range(number):
        author, reference = _AUTHORS[count % len(_AUTHORS)], random.choice(_REFERENCES)
        victim = BOB if "bob@" in author else make.ANN
        results = random.choice(_CHECKS).format(domain=victim.partition("@")[2])
        body = random.choice(_BODIES).format(ours=case.ours[victim][0], other=case.other)
        lines = [
            "Received: from evil.example ([192.0.2.66]) by mx.desk.example; Tue, 24 Nov 2026 09:00:00 +0000",
            *filter(None, [random.choice(_CLAIMS)]),
            author,
            f"Subject: {random.choice(('Re: ', '', 'AW: '))}[Ticket#{case.number}] Printer",
            "To: Support <support@localhost>",
            "Date: Tue, 24 Nov 2026 10:00:00 +0100",
            f"Message-ID: <{seed}.{count}@evil.example>",
            *reference(random, case, victim),
            *random.choice(_DIRECTIVES),
        ]
        raw = "\r\n".join([*lines, "", body, ""]).encode()
        name = f"{author!r} {reference.__name__} {results!r}"
        envelope = random.choice(("ann@customer.example", "eve@evil.example", None))
        delivery = Delivery(envelope, ("support@localhost",), trusted=random.random() < 0.3)
        yield name, checked(results, raw) if results else raw, delivery
