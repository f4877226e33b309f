"""What the checks say together is about the one author whom readers see."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.minidesk.models import Article
from otalink.postmaster.authentication import authenticate
from otalink.postmaster.intake import Delivery, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OWN_CHECKS, TRUSTED_SERVERS
from otalink.sysconfig.models import StoredValue
from tests.postmaster.authentication.customer_domain import proof_of, signed
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer

pytestmark = pytest.mark.django_db


def test_a_second_author_above_the_signed_one_is_not_proven(names: NameServer) -> None:
    assert proof_of(b"From: ceo@customer.example\r\n" + signed(mail())) is not Proof.PROVEN


def test_own_checks_are_on_by_themselves_where_a_name_server_answers(names: NameServer) -> None:
    store.reset(OWN_CHECKS.name)
    run(signed(mail()))
    assert Article.objects.get().proof == "proven"


@pytest.mark.parametrize(("value", "asked"), [(False, 0), ("0", 0), (True, 1), ("1", 1), ("auto", 0)])
def test_beside_a_trusted_server_they_are_made_only_if_an_operator_says_so(
    names: NameServer, value: object, asked: int
) -> None:
    store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    # As an earlier version stored it, or this one does.
    StoredValue.objects.update_or_create(name=OWN_CHECKS.name, defaults={"value": value})
    run(signed(mail()))
    assert (Article.objects.get().proof, bool(names.asked)) == ("proven" if asked else "", bool(asked))


@pytest.mark.parametrize(("value", "proof"), [("auto", ""), ("1", "undecided")])
def test_where_no_name_server_answers_all_is_as_if_there_were_no_checks_unless_they_were_asked_for(
    names: NameServer, value: str, proof: str
) -> None:
    store.set_value(OWN_CHECKS.name, value)
    names.silent = True
    run(signed(mail()))
    assert Article.objects.get().proof == proof


def test_without_a_name_server_there_are_no_checks(names: NameServer, settings: Settings) -> None:
    settings.OTALINK_RESOLVER = "none"
    run(signed(mail()))
    assert (Article.objects.get().proof, names.asked) == ("", [])


def test_a_carriage_return_alone_smuggles_no_author_past_the_signature(names: NameServer) -> None:
    # To the signer's eye one header of no interest, to an eye that takes it for a line end a whole mail.
    smuggled = b"X-Note: x\rFrom: ceo@customer.example\rDKIM-Signature: d=customer.example\r\rPay them at once.\r\n"
    parsed = parse(smuggled + signed(mail()))
    assert (parsed.author_address, parsed.text) == ("ann@customer.example", "The printer is on fire.")
    assert authenticate.of(parsed, Delivery()).proof is Proof.PROVEN


def test_an_author_in_front_of_more_headers_than_are_read_is_not_proven(names: NameServer) -> None:
    store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    checked = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=customer.example\r\n"
    raw = checked + b"From: ceo@customer.example\r\n" + b"X-Note: x\r\n" * 20_000 + mail()
    assert proof_of(checked + mail()) is Proof.PROVEN
    assert proof_of(raw) is Proof.UNPROVEN
