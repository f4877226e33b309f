"""What a signer could make us busy with, in a mail of their own domain and in what its servers answer."""

from __future__ import annotations

import base64

import pytest

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.postmaster.authentication import authenticate
from otalink.postmaster.delivery import Delivery
from tests.postmaster.authentication.customer_domain import SIGNER, proof_of, signed
from tests.postmaster.builders import mail
from tests.postmaster.fuzz.sender_checks import MOST_STEPS, steps
from tests.postmaster.fuzz.senders import public_key
from tests.support.name_server import NameServer, text_record
from tests.support.pace import within

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("bits", [(60_000, 60_000), (2_048, 2_048), (8_192 * 8, 17)])
def test_a_key_of_numbers_that_take_minutes_is_none(names: NameServer, bits: tuple[int, int]) -> None:
    key = base64.b64encode(public_key(*bits)).decode()
    names.records[SIGNER, "TXT"] = [text_record(f"v=DKIM1; p={key}")]
    parsed = parse(signed(mail()))
    assert within(0.1, lambda: authenticate.of(parsed, Delivery())).proof is Proof.DENIED


def test_a_signature_over_hundreds_of_headers_that_are_not_there_is_none(names: NameServer) -> None:
    many = [b"from", *(b"x%d" % number for number in range(500))]
    raw = b"Y:\r\n" * 1_500 + signed(mail(), include_headers=many)
    parsed = parse(raw)
    assert steps(lambda: authenticate.of(parsed, Delivery())) < MOST_STEPS
    assert proof_of(raw) is Proof.DENIED


def test_a_mail_of_thousands_of_headers_is_not_checked(names: NameServer) -> None:
    assert proof_of(b"Y:\r\n" * 1_900 + signed(mail())) is Proof.PROVEN
    assert proof_of(b"Y:\r\n" * 2_100 + signed(mail())) is Proof.DENIED


def test_a_signature_over_a_hundred_headers_is_as_good_as_any(names: NameServer) -> None:
    many = [b"from", *(b"x%d" % number for number in range(100))]
    assert proof_of(signed(mail(), include_headers=many)) is Proof.PROVEN
