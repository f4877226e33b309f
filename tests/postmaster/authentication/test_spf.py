"""SPF: which host may write in a domain's name, and which host it was."""

from __future__ import annotations

import pytest

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.postmaster.authentication import authenticate
from otalink.postmaster.intake import Delivery
from otalink.sysconfig import store
from otalink.sysconfig.declarations import RECEIVED_ABOVE
from tests.postmaster.authentication.customer_domain import HOST, proof_of
from tests.postmaster.builders import mail
from tests.postmaster.fuzz.sender_checks import MOST_STEPS, steps
from tests.support.name_server import NameServer, text_record

pytestmark = pytest.mark.django_db
RECEIVED = f"Received: from out.customer.example (out.customer.example [{HOST}]) by mx.desk.example; Mon, 23 Nov 2026"


def test_a_mail_from_a_host_of_the_domain_is_proven(names: NameServer) -> None:
    delivery = Delivery("ann@customer.example", client_ip=HOST, helo="out.customer.example")
    assert proof_of(mail(), delivery) is Proof.PROVEN
    assert proof_of(mail(), Delivery("ann@customer.example", client_ip="5.9.5.10")) is Proof.PROVEN
    assert proof_of(mail(), Delivery("ann@customer.example", client_ip="5.9.5.99")) is Proof.DENIED


def test_a_host_that_may_use_another_domain_proves_nothing_about_this_one(names: NameServer) -> None:
    assert proof_of(mail(), Delivery("bounces@evil.example", client_ip="5.9.5.99")) is Proof.DENIED


@pytest.mark.parametrize(
    ("received", "proof"),
    [
        (RECEIVED, Proof.PROVEN),
        (f"Received: from out.customer.example ([{HOST}] helo=out.customer.example) by mx.desk.example", Proof.PROVEN),
        (f"Received: from [{HOST}] (helo=[5.9.5.99]) by mx.desk.example", Proof.PROVEN),
        (f"Received: from [{HOST}] (unknown [5.9.5.99]) by mx.desk.example", Proof.DENIED),
        (f"Received: from [5.9.5.99] (helo=[{HOST}]) by mx.desk.example", Proof.DENIED),
        (f"Received: from evil.example ([5.9.5.99]) by mx.desk.example [{HOST}]", Proof.DENIED),
        (f"Received: by mx.desk.example [{HOST}]", Proof.DENIED),
        (f"Received: from [{HOST}] by us (unknown [5.9.5.99]) by mx.desk.example", Proof.DENIED),
        ("Received: from relay (relay [10.0.0.7]) by mx.desk.example", Proof.DENIED),
    ],
)
def test_behind_our_own_server_its_received_header_names_the_host(
    names: NameServer, received: str, proof: Proof
) -> None:
    raw = f"{received}\r\n".encode() + mail()
    assert proof_of(raw, Delivery("ann@customer.example", client_ip="127.0.0.1")) is proof


def test_a_received_header_that_the_sender_wrote_is_not_looked_at(names: NameServer) -> None:
    ours = "Received: from evil.example ([5.9.5.99]) by mx.desk.example"
    raw = f"{ours}\r\n{RECEIVED}\r\n".encode() + mail()
    assert proof_of(raw, Delivery("ann@customer.example")) is Proof.DENIED
    store.set_value(RECEIVED_ABOVE.name, 1)
    assert proof_of(raw, Delivery("ann@customer.example")) is Proof.PROVEN


@pytest.mark.parametrize("filler", ["exists:%{d}.", "%{l}.", "a ", "include:x.example "])
def test_a_record_that_takes_long_to_read_permits_nobody(names: NameServer, filler: str) -> None:
    names.records["customer.example", "TXT"] = [text_record("v=spf1 +ip4:0.0.0.0/0 " + filler * 3_000)]
    parsed, delivery = parse(mail()), Delivery("ann@customer.example", client_ip=HOST)
    assert steps(lambda: authenticate.of(parsed, delivery)) < MOST_STEPS
    assert proof_of(mail(), delivery) is Proof.DENIED


def test_an_address_that_can_be_no_name_does_not_leave_a_forgery_undecided(names: NameServer) -> None:
    names.records["customer.example", "TXT"] = [text_record("v=spf1 exists:%{l}._spf.customer.example -all")]
    for local in ("\u00fc" * 70, "a..b", "\u2028", "x" * 300):
        assert proof_of(mail(), Delivery(f"{local}@customer.example", client_ip=HOST)) is Proof.DENIED
