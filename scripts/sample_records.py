"""What the pages of /admin show beside tickets: mail accounts, quarantine, mail that went out or failed."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone
from sample_mail import Letter, receive, written
from sample_people import KIM

from otalink.customers import commands, merging
from otalink.minidesk.models import Queue
from otalink.notifications import undeliverable
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, Notification, NotificationEvent, OutboxMail
from otalink.postmaster import intake
from otalink.postmaster.accounts import manage
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.models import MailAccount
from otalink.sysconfig import store

REFRESH_TEXT = """Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

here is your new link to ticket <OTOBO_TICKET_TicketNumber>:

<OTOBO_OTACustomerTicketLink>

Aria Repairs"""


def build(imap_port: int, imap_user: str, imap_password: str) -> None:
    """Make the records; the mail account that works is one on a server at `imap_port` of this machine."""
    _settings()
    _mail_that_went_wrong()
    _people()
    _outgoing()
    _accounts(imap_port, imap_user, imap_password)


def _settings() -> None:
    store.set_value("OneTimeAuth::AccessDaysAfterClose", "30")
    Notification.objects.create(
        name="New link",
        event=NotificationEvent.LINK_REFRESHED,
        language="en",
        subject="Your new link",
        text=REFRESH_TEXT,
    )


def _mail_that_went_wrong() -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=5), tick=True):
        reason = "tried for days: BackendUnavailable: ldap.example.com does not answer"
        # One for each width of the window, in which it is replayed.
        for number in ("2208", "2209"):
            late = Letter("Shop", "shop@example.com", f"Order {number}", "A new order.")
            intake.keep_back(written(late), Delivery(late.address, (late.to,), source="imap Shop"), reason)
        big = Letter("Pat Guest", "pat@example.net", "Photos of the damage", "See the photos.\n" * 400)
        delivery = Delivery(big.address, (big.to,), source="pipe")
        intake.keep_back(written(big), delivery, "larger than 52428800 bytes")
        away = Letter("Kim Sample", KIM, "Out of office", "I am away.", headers=(("Auto-Submitted", "auto-replied"),))
        receive(away)
        again = Letter("Guest 1", "guest1@example.net", "Once more", "Hello,\n\nany news?")
        with time_machine.travel(timezone.now(), tick=False):
            receive(again)
            receive(again, "imap Orders")


def _people() -> None:
    commands.address_add(KIM, "kim@home.example")
    receive(Letter("Guest One", "guest.one@example.net", "My other address", "This is me, too.", to=_orders()))
    merging.merge("guest.one@example.net", "guest1@example.net", by="robin")


def _orders() -> str:
    return Queue.objects.get(name="Orders").email


def _outgoing() -> None:
    undeliverable.mark("guest3@example.net", "550 5.1.1 no such user here")
    feed()
    waiting = list(OutboxMail.objects.filter(state=MailState.QUEUED).order_by("pk"))
    for mail in waiting[:-1]:
        deliver.call(mail.pk)


def _accounts(port: int, user: str, password: str) -> None:
    works = {"host": "127.0.0.1", "port": port, "security": "none", "user": user}
    manage.add({"password": password}, name="Orders", queue="Orders", after="move", move_to="Filed", **works)
    manage.add({"password": "wrong"}, name="Shop", trusted=True, **works)
    manage.add({"password": "x"}, name="Old mailbox", host="mail.example.com", user="desk", enabled=False)
    now = timezone.now()
    MailAccount.objects.filter(name="Orders").update(last_success=now - timedelta(minutes=1))
    MailAccount.objects.filter(name="Shop").update(
        last_success=now - timedelta(hours=5),
        failing_since=now - timedelta(hours=4),
        next_try=now + timedelta(minutes=12),
        failures=9,
        last_error=f"127.0.0.1 does not let {user} in: check user and password",
    )
