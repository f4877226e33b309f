"""Machines that answer machines: every loop through a running product dies out by itself, and nothing is lost.

The robots here are proven senders: one that is not gets a single answer a day in any case.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.support.product import Product, product, wait_for
from tests.support.robots import BORDER, relay, settled, stripped, thoughtless_answer, vouched_for
from tests.support.servers import free_port

pytestmark = pytest.mark.processes

# Seconds; a setting changed by another process is seen within two.
IN_FORCE_AFTER = 2.5

MOST = 10
_NAME_QUEUE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from otalink.minidesk.models import Queue
Queue.objects.update(email="{address}")
"""


def first_mail(sender: str, recipient: str) -> bytes:
    domain = sender.partition("@")[2]
    return (
        f"Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\n"
        f"From: {sender}\r\nTo: {recipient}\r\nSubject: Hello\r\nMessage-ID: <first@{domain}>\r\n"
        f"Date: {formatdate()}\r\n\r\nIs anybody there?\r\n"
    ).encode()


@contextmanager
def desk(data: Path, address: str, mail_port: int) -> Iterator[Product]:
    """A running product whose one queue has this address; its mail leaves to that port, and it believes its border."""
    with product(data, OTALINK_MAIL_URL=f"smtp://127.0.0.1:{mail_port}") as made:
        environ = {**made.environ, "DJANGO_SETTINGS_MODULE": "otalink.conf.settings"}
        code = _NAME_QUEUE.format(address=address)
        subprocess.run([sys.executable, "-c", code], env=environ, check=True, stdout=subprocess.DEVNULL)
        made.command("sysconfig", "set", "PostMaster::Authentication::TrustedServers", BORDER)
        made.start()
        yield made


def untouched(message: EmailMessage) -> EmailMessage:
    return message


def stripped_and_proven(message: EmailMessage) -> EmailMessage:
    return vouched_for(stripped(message))


@pytest.mark.parametrize(("on_the_way", "least"), [(untouched, 1), (stripped, 1), (stripped_and_proven, 5)])
def test_two_desks_that_write_to_each_other_fall_silent(
    tmp_path: Path, on_the_way: Callable[[EmailMessage], EmailMessage], least: int
) -> None:
    ports = free_port(), free_port()
    with (
        desk(tmp_path / "a", "support@a.example", ports[0]) as a,
        desk(tmp_path / "b", "support@b.example", ports[1]) as b,
        relay(
            ports[0], lambda mail, sender: b.deliver(on_the_way(mail).as_bytes(), sender, "support@b.example")
        ) as to_b,
        relay(
            ports[1], lambda mail, sender: a.deliver(on_the_way(mail).as_bytes(), sender, "support@a.example")
        ) as to_a,
    ):
        a.deliver(first_mail("support@b.example", "support@a.example"), "support@b.example", "support@a.example")
        wait_for("the first answer", lambda: to_b.passed or None)
        mails = 1 + settled(lambda: len(to_a.passed) + len(to_b.passed))
        assert least < mails <= MOST
        # Every mail was filed, the last ones too.
        filed = sum(len(each.command("ticket", "list")) for each in (a, b))
        assert filed == mails


def test_a_robot_that_knows_no_standard_is_answered_no_more_and_people_are(tmp_path: Path) -> None:
    port = free_port()
    with desk(tmp_path / "a", "support@a.example", port) as a:

        def answer(message: EmailMessage, _sender: str) -> None:
            if "robot@" in message["To"]:
                a.deliver(
                    vouched_for(thoughtless_answer(message)).as_bytes(), "robot@customer.example", "support@a.example"
                )

        with relay(port, answer) as ours:
            a.deliver(first_mail("robot@customer.example", "support@a.example"), "robot@customer.example")
            wait_for("the first answer", lambda: ours.passed or None)
            sent = settled(lambda: len(ours.passed))
            from_robot = 1 + sent
            assert 3 < sent + from_robot <= MOST
            assert len(a.command("ticket", "list")) == from_robot
            # Whoever else writes is answered.
            a.deliver(first_mail("ann@customer.example", "support@a.example"), "ann@customer.example")
            wait_for("the answer to Ann", lambda: ours.passed[sent:] or None)
            assert ours.passed[-1]["To"].addresses[0].addr_spec == "ann@customer.example"


def test_a_robot_that_answers_refusals_is_refused_in_silence_after_three(tmp_path: Path) -> None:
    port = free_port()
    with desk(tmp_path / "a", "support@a.example", port) as a:
        refusal = json.dumps({"Module": "NewTicketReject", "Sender": "no-reply@a.example"})
        a.command("sysconfig", "set", "PostMaster::PreFilterModule###400-Reject", refusal)
        time.sleep(IN_FORCE_AFTER)

        def answer(message: EmailMessage, _sender: str) -> None:
            a.deliver(
                vouched_for(thoughtless_answer(message)).as_bytes(), "robot@customer.example", "support@a.example"
            )

        with relay(port, answer) as ours:
            a.deliver(first_mail("robot@customer.example", "support@a.example"), "robot@customer.example")
            wait_for("the first refusal", lambda: ours.passed or None)
            assert settled(lambda: len(ours.passed)) == 3
            assert {message["From"] for message in ours.passed} == {"no-reply@a.example"}
        assert a.command("ticket", "list") == []


def test_a_robot_would_never_end_were_it_not_for_the_loop_protection(tmp_path: Path) -> None:
    port = free_port()
    with desk(tmp_path / "a", "support@a.example", port) as a:
        a.command("sysconfig", "set", "PostMaster::PreFilterModule###100-LoopProtection", '{"MaxUnopened": 30}')
        time.sleep(IN_FORCE_AFTER)

        def answer(message: EmailMessage, _sender: str) -> None:
            a.deliver(
                vouched_for(thoughtless_answer(message)).as_bytes(), "robot@customer.example", "support@a.example"
            )

        with relay(port, answer) as ours:
            a.deliver(first_mail("robot@customer.example", "support@a.example"), "robot@customer.example")
            wait_for("twice as many mails", lambda: ours.passed if len(ours.passed) > MOST else None)
