"""The DNS holds no mail up: not when it is silent, and not when a mail has many questions."""

from __future__ import annotations

import time

import pytest

from otalink.desk.types import Proof
from otalink.minidesk.models import Article
from otalink.postmaster.authentication.answers import Answer, DnsUnavailable
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.intake import Delivery, Outcome, run
from tests.postmaster.authentication.customer_domain import HOST, proof_of, signed
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer

pytestmark = pytest.mark.django_db


def test_while_the_dns_is_silent_the_mail_is_filed_undecided_within_five_seconds(names: NameServer) -> None:
    names.silent = True
    raw = signed(signed(mail()), "shop.customer.example")
    start = time.monotonic()
    assert run(raw, Delivery("ann@customer.example", client_ip=HOST)).outcome is Outcome.NEW_TICKET
    assert time.monotonic() - start < 5.5
    assert Article.objects.get().proof == "undecided"


def test_all_lookups_of_a_mail_share_their_time() -> None:
    allowed: list[float] = []

    def slow(_name: str, _kind: str, seconds: float) -> Answer:
        allowed.append(seconds)
        time.sleep(0.2)
        return Answer()

    few = Lookups(slow, seconds=0.5)
    with pytest.raises(DnsUnavailable):
        [few.find(f"n{number}.example", "TXT") for number in range(9)]
    assert len(allowed) == 3
    assert allowed == sorted(allowed, reverse=True)
    assert allowed[-1] < 0.2


def test_a_forger_cannot_use_the_time_up_with_name_servers_of_their_own(names: NameServer) -> None:
    raw = signed(mail(), "evil.example")
    assert proof_of(raw, Delivery("x@evil.example", client_ip="5.9.5.99")) is Proof.DENIED
    # The second only says whether the top-level domain is one organisation; no name of the forger's is among them.
    assert set(names.asked) == {"_dmarc.customer.example", "_dmarc.example"}


def test_a_mail_cannot_make_us_ask_without_end(names: NameServer) -> None:
    signatures = [
        f"DKIM-Signature: v=1; a=rsa-sha256; d=d{n}.customer.example; s=s; h=from; bh=eA==; b=eA==" for n in range(500)
    ]
    proof_of("\r\n".join([*signatures, ""]).encode() + mail())
    assert len(names.asked) < 20


def test_a_question_without_an_answer_is_asked_once_a_mail(names: NameServer) -> None:
    names.lame = "_dmarc.example"
    raw = signed(signed(mail(), "b.customer.example"), "c.customer.example")
    proof_of(raw, Delivery("ann@d.customer.example", client_ip=HOST))
    assert names.asked.count("_dmarc.example") == 1
