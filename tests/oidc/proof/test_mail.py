"""The mail with a sign-in code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from otalink.customers import provisional
from otalink.notifications import undeliverable
from otalink.notifications.transport.mailer import RefusedByHost
from otalink.oidc.models import OpenIDEntry, OpenIDEvent, SignInCode
from otalink.oidc.proof.mail import mail_code
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OPENID_SENDER_ADDRESS
from tests.oidc import flow
from tests.oidc.flow import Party
from tests.support import make
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db


def test_it_says_what_the_code_opens_in_text_and_html_and_that_a_machine_wrote_it(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    (mail,) = flow.mails()
    assert flow.code_in(mail) in mail.get_body(("html",)).get_content()
    assert "opens all your tickets" in mail.get_body(("plain",)).get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_code_stands_in_the_mail_alone(client: Browser, desk: Party) -> None:
    flow.ask_for_code(client, desk)
    flow.run_mail()
    code, stored = flow.code_in(flow.mails()[0]), str(SignInCode.objects.values().get())
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_it_speaks_the_language_of_the_customer_user(client: Browser, desk: Party) -> None:
    make.customer("jan@customer.example", language="de")
    flow.sign_in(client, desk, "jan@customer.example")
    assert flow.mails()[0]["Subject"] == "Ihr Code zur Anmeldung"
    assert "öffnet alle Ihre Tickets" in flow.mails()[0].get_body(("plain",)).get_content()


def test_it_comes_from_the_address_the_operator_chose(client: Browser, desk: Party) -> None:
    store.set_value(OPENID_SENDER_ADDRESS.name, "sign-in@desk.example")
    flow.sign_in(client, desk)
    assert flow.mails()[0]["From"] == "Support portal <sign-in@desk.example>"


def test_an_address_that_is_not_proven_gets_one_a_day(client: Browser, desk: Party) -> None:
    bob = make.customer("bob@customer.example")
    provisional.record(bob.login, bob.email)
    for _ in range(2):
        flow.ask_for_code(client, desk, bob.email)
        flow.run_mail()
    assert len(flow.mails()) == 1
    assert OpenIDEntry.objects.filter(event=OpenIDEvent.NOT_MAILED, customer_login=bob.login).exists()


def test_typing_the_code_proves_the_address(client: Browser, desk: Party) -> None:
    bob = make.customer("bob@customer.example")
    provisional.record(bob.login, bob.email)
    flow.sign_in(client, desk, bob.email)
    assert not provisional.is_unproven(bob.login)


def test_an_undeliverable_address_gets_none(client: Browser, desk: Party) -> None:
    undeliverable.mark(make.ANN, "no such user")
    flow.ask_for_code(client, desk)
    flow.run_mail()
    assert not flow.mails()
    assert "no such user" in OpenIDEntry.objects.get(event=OpenIDEvent.NOT_MAILED).note


def test_a_mail_host_that_is_away_is_tried_again_until_the_code_would_be_over(desk: Party, settings: Settings) -> None:
    settings.OTALINK_MAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    now = timezone.now()
    with pytest.raises(RefusedByHost):
        mail_code.func(make.ANN, desk.client_id, "b" * 64, now.isoformat())
    assert mail_code.func(make.ANN, desk.client_id, "b" * 64, (now - timedelta(minutes=15)).isoformat()) == "too late"
