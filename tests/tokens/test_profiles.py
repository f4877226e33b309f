"""Who gets in by code alone: by queue, or learned from what machines do at the recipient's place."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from otalink.desk.types import LinkProfile, Ticket
from otalink.minidesk.models import Queue
from otalink.sysconfig.setting import InvalidValue
from otalink.tokens import commands, profiles
from otalink.tokens.access import find_entrance
from otalink.tokens.models import AuditEntry, RecipientProfile, Token
from otalink.tokens.redeem import Standing, inspect, redeem
from otalink.tokens.redeem_code import Typed, redeem_code
from tests.support import make
from tests.support.make import ANN
from tests.tokens.links import delivered, delivered_with_code

pytestmark = pytest.mark.django_db
DOMAIN = "customer.example"


def press(ticket: Ticket, address: str = ANN) -> None:
    """What happens when a code ends a session that a button had started."""
    delivered(ticket)
    profiles.note_press(Token.objects.latest("pk"), address, "192.0.2.7")


def needs_code(ticket: Ticket, login: str = ANN) -> bool:
    entrance = find_entrance(ticket.number, login)
    assert entrance
    return profiles.needs_code(entrance)


def test_in_a_code_queue_the_button_signs_nobody_in_and_the_code_does(ticket: Ticket) -> None:
    queue = Queue.objects.get(name="Support")
    queue.link_profile = LinkProfile.CODE
    queue.save()
    secret, code = delivered_with_code(ticket)
    assert redeem(secret).standing is inspect(secret).standing is Standing.CODE_ONLY
    assert inspect(secret).names_nobody
    assert redeem_code(secret, code).typed is Typed.RIGHT


def test_a_link_made_by_hand_comes_with_its_code_only_where_it_needs_one(ticket: Ticket) -> None:
    assert set(commands.issue(ticket.number, "")) == {"url", "ticket", "customer_user"}
    queue = Queue.objects.get(name="Support")
    queue.link_profile = LinkProfile.CODE
    queue.save()
    made = commands.issue(ticket.number, "")
    assert redeem_code(made["url"].rpartition("/")[2], made["code"]).typed is Typed.RIGHT


def test_where_the_code_is_gone_a_code_queue_offers_a_new_link(ticket: Ticket) -> None:
    queue = Queue.objects.get(name="Support")
    queue.link_profile = LinkProfile.CODE
    queue.save()
    secret, _ = delivered_with_code(ticket)
    Token.objects.update(code_tries=5)
    assert inspect(secret).standing is Standing.SPENT


def test_a_domain_whose_buttons_are_pressed_twice_within_thirty_days_is_switched(ticket: Ticket) -> None:
    press(ticket)
    assert not needs_code(ticket)
    press(ticket)
    assert needs_code(ticket)
    note = AuditEntry.objects.get(event="code only")
    assert (note.ticket_number, note.customer_login, note.note, note.client_ip) == (
        ticket.number, ANN, DOMAIN, "192.0.2.7",
    )  # fmt: skip
    secret, code = delivered_with_code(ticket)
    assert redeem(secret).standing is Standing.CODE_ONLY
    assert redeem_code(secret, code).typed is Typed.RIGHT


def test_presses_that_are_far_apart_switch_nobody(ticket: Ticket) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=False):
        press(ticket)
    press(ticket)
    assert not needs_code(ticket)
    press(ticket)
    assert needs_code(ticket)


def test_other_domains_stay_as_they_are(ticket: Ticket) -> None:
    press(ticket)
    press(ticket, "bob@elsewhere.example")
    assert not needs_code(ticket)


def test_where_everybody_has_a_mailbox_one_persons_machine_switches_only_their_own(ticket: Ticket) -> None:
    for login in ("kim@gmail.com", "lee@gmail.com"):
        make.customer(login)
    mine, theirs = make.ticket("kim@gmail.com"), make.ticket("lee@gmail.com")
    for _ in range(2):
        press(mine, "kim@gmail.com")
    assert needs_code(mine, "kim@gmail.com")
    assert not needs_code(theirs, "lee@gmail.com")


def test_an_operator_switches_back_and_the_audit_trail_says_so(ticket: Ticket) -> None:
    press(ticket)
    press(ticket)
    assert [row["recipient"] for row in commands.switched()] == [DOMAIN]
    assert commands.switch_back(" Customer.example ") == {"recipient": DOMAIN, "profile": "button"}
    assert not needs_code(ticket)
    assert AuditEntry.objects.get(event="button again").note == DOMAIN
    press(ticket)
    assert not needs_code(ticket), "it begins anew"
    with pytest.raises(InvalidValue):
        commands.switch_back(DOMAIN)


def test_the_page_in_admin_switches_back_too(ticket: Ticket, client: Client) -> None:
    press(ticket)
    press(ticket)
    client.force_login(User.objects.create_superuser("root"))
    assert DOMAIN in client.get("/admin/tokens/recipientprofile/").content.decode()
    client.post(f"/admin/tokens/recipientprofile/{DOMAIN}/delete/", {"post": "yes"})
    assert not RecipientProfile.objects.exists()
    assert AuditEntry.objects.get(event="button again").note == DOMAIN


def test_single_presses_are_forgotten_in_time_and_switches_are_not(ticket: Ticket) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=False):
        press(ticket)
        press(ticket)
        press(ticket, "bob@elsewhere.example")
    profiles.purge()
    assert [row.recipient for row in RecipientProfile.objects.all()] == [DOMAIN]
