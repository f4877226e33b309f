"""The header of the agents' pages says what needs looking after, and leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from otalink.maintenance import heartbeat
from otalink.notifications.models import MailState, OutboxMail
from otalink.postmaster import quarantine
from otalink.postmaster.delivery import Delivery
from tests.notifications.results.mails import mail
from tests.support import make

pytestmark = pytest.mark.django_db
QUARANTINE = "/admin/postmaster/journalentry/quarantine/"


@pytest.fixture
def agent(client: Client, data_folder: Path) -> User:
    user = User.objects.create_user("robin", is_staff=True)
    client.force_login(user)
    heartbeat.beat("worker")
    return user


def test_nothing_is_shown_while_all_is_well(client: Client, agent: User) -> None:
    assert "Needs looking after" not in client.get("/desk/").content.decode()


def test_what_is_wrong_is_counted_on_every_page(client: Client, agent: User) -> None:
    make.customer()
    number = make.ticket().number
    mail(number, MailState.FAILED)
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    for address in ("/desk/", f"/desk/tickets/{number}"):
        page = client.get(address).content.decode()
        assert 'href="/desk/?state=not-delivered"' in page
        assert "1 not delivered" in page
        assert "1 quarantined" in page
    OutboxMail.objects.update(undelivered_since=None)
    assert "1 not delivered" not in client.get("/desk/").content.decode()


def test_only_who_may_look_after_it_is_led_there(client: Client, agent: User) -> None:
    item = quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    assert QUARANTINE not in client.get("/desk/").content.decode()
    agent.user_permissions.add(Permission.objects.get(codename="view_quarantine"))
    assert f'href="{QUARANTINE}"' in client.get("/desk/").content.decode()
    quarantine.delete(item)


def test_nobody_who_is_not_signed_in_reads_of_it(client: Client, db: None, data_folder: Path) -> None:
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    for address in ("/desk/sign-in", "/sign-in"):
        assert "quarantined" not in client.get(address).content.decode()
