"""The circuit breaker of the mail host: when it stops the mail, who asks again, when all goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.notifications import mail_host
from otalink.notifications.mail_host import Gate
from otalink.notifications.models import MailHostTrouble
from tests.support.together import together

pytestmark = pytest.mark.django_db
REASON = "554 Relay access denied"


def refuse(*mails: int) -> None:
    for mail_id in mails:
        mail_host.refused(mail_id, REASON)


def test_a_host_that_takes_mail_is_no_trouble() -> None:
    assert mail_host.trouble() is None
    assert mail_host.gate() is Gate.OPEN


def test_three_mails_refused_in_a_row_stop_all_and_it_says_why_and_since_when() -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        refuse(1, 2)
        assert (mail_host.trouble(), mail_host.gate()) == (None, Gate.OPEN)
        refuse(3)
        assert mail_host.gate() is Gate.CLOSED
    trouble = mail_host.trouble()
    assert trouble is not None
    assert (trouble.reason, trouble.since) == (REASON, now)
    assert trouble.retry_at == now + timedelta(seconds=15)


def test_one_mail_refused_again_and_again_stops_no_other() -> None:
    refuse(1, 1, 1, 1)
    assert mail_host.gate() is Gate.OPEN


def test_a_mail_that_was_taken_between_begins_the_count_anew() -> None:
    refuse(1, 2)
    mail_host.answered()
    refuse(3, 4)
    assert mail_host.gate() is Gate.OPEN
    assert mail_host.ended() is None


def test_after_the_pause_one_mail_asks_and_all_go_on_once_it_is_taken() -> None:
    refuse(1, 2, 3)
    with time_machine.travel(timezone.now() + timedelta(seconds=16), tick=False):
        assert mail_host.gate() is Gate.DUE
        assert [mail_host.take_turn() for _ in range(3)] == [True, False, False]
        assert mail_host.gate() is Gate.CLOSED
        mail_host.answered()
        assert (mail_host.gate(), mail_host.trouble(), mail_host.ended()) == (Gate.OPEN, None, timezone.now())


def test_a_mail_that_was_to_ask_but_had_no_reader_leaves_it_to_the_next() -> None:
    refuse(1, 2, 3)
    with time_machine.travel(timezone.now() + timedelta(seconds=16)):
        assert mail_host.take_turn()
        mail_host.give_turn_back()
        assert mail_host.take_turn()


def test_the_pause_doubles_with_every_mail_that_asks_in_vain_up_to_five_minutes() -> None:
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        refuse(1, 2, 3)
        for _ in range(7):
            trouble = mail_host.trouble()
            assert trouble is not None
            pauses.append((trouble.retry_at - timezone.now()).total_seconds())
            clock.move_to(trouble.retry_at)
            assert mail_host.take_turn()
            refuse(3)
    assert pauses == [15, 30, 60, 120, 240, 300, 300]


def test_another_host_starts_without_trouble_and_a_password_is_kept_nowhere(settings: Settings) -> None:
    settings.OTALINK_MAIL_URL = "smtp://desk:secret@mail.example:587?tls=starttls"
    refuse(1, 2, 3)
    (row,) = MailHostTrouble.objects.all()
    assert row.host == "smtp://mail.example:587?tls=starttls"
    settings.OTALINK_MAIL_URL = "smtp://other.example:587?tls=starttls"
    assert mail_host.gate() is Gate.OPEN


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_asks() -> None:
    refuse(1, 2, 3)
    with time_machine.travel(timezone.now() + timedelta(seconds=16)):
        turns = together(4, lambda _: mail_host.take_turn())
    assert sorted(turns) == [False, False, False, True]
