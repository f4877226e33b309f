"""`otalink postmaster read` as a mail server calls it: a product that runs takes the mail, or the command files it."""

from __future__ import annotations

import json
import os
import random
import socket
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from otalink.common import local_socket
from tests.postmaster.builders import mail
from tests.support.command import Otalink, terminate
from tests.support.filed import message_ids, tickets
from tests.support.product import wait_for
from tests.support.servers import free_port

pytestmark = pytest.mark.processes

# Whoever sets Django up with this says so and ends with 75.
NO_DATABASE = {"OTALINK_DATABASE_URL": "none"}


@contextmanager
def taking_mail(otalink: Otalink) -> Iterator[subprocess.Popen[str]]:
    """A process that takes mail in on the data folder."""
    with otalink.started("postmaster", "lmtp", "--lmtp", f"127.0.0.1:{free_port()}") as process:
        wait_for("the socket", lambda: (otalink.data / local_socket.NAME).exists() or None)
        yield process


def reading(data: Path, raw: bytes, *words: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """The command with a mail on its standard input."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("OTALINK_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "otalink", "postmaster", "read", *words],
        env={**outside, "OTALINK_RESOLVER": "none", "OTALINK_DATA": str(data), **environ},
        input=raw,
        capture_output=True,
        check=False,
    )


def test_mail_is_handed_to_the_product_that_runs_without_setting_django_up(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    with taking_mail(otalink):
        done = reading(tmp_path, mail(message_id="one@k.example"), "--json", **NO_DATABASE)
        assert (done.returncode, done.stderr) == (0, b"")
        said = json.loads(done.stdout)
        assert said == {
            "outcome": "new ticket",
            "ticket": said["ticket"],
            "customer_user": "ann@customer.example",
            "reason": "",
        }
        assert (
            f"ticket: {said['ticket']}"
            in reading(tmp_path, mail(message_id="one@k.example"), **NO_DATABASE).stdout.decode()
        )
    assert message_ids(tmp_path) == Counter(["one@k.example"])


def test_the_exit_code_and_the_output_are_those_of_a_command_that_files_by_itself(tmp_path: Path) -> None:
    alone, together = Otalink(tmp_path / "alone"), Otalink(tmp_path / "together")
    alone.data.mkdir()
    together.data.mkdir()
    mails = [mail(message_id="a@k.example"), mail(message_id="a@k.example"), b"\0\xff"]
    with taking_mail(together):
        for words in ([], ["--json"]):
            for raw in mails:
                expected, given = (reading(each.data, raw, *words) for each in (alone, together))
                assert (given.returncode, given.stdout) == (expected.returncode, expected.stdout)


def test_a_mail_that_is_not_trusted_is_not_trusted_by_the_product_either(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    with taking_mail(otalink):
        raw = mail("", "X-OTOBO-Ignore: 1")
        assert json.loads(reading(tmp_path, raw, "--json").stdout)["outcome"] == "ignored"
        assert json.loads(reading(tmp_path, raw, "--json", "--untrusted").stdout)["outcome"] == "new ticket"


def test_a_mail_larger_than_the_limit_is_kept_back_whole(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    otalink("sysconfig", "set", "PostMasterMaxEmailSize", "1")
    with taking_mail(otalink):
        for size in (2, 6):
            done = reading(tmp_path, mail("x" * size * 1024 * 1024), "--json")
            assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "quarantined")


def test_where_nobody_listens_any_more_the_command_files_the_mail(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    with taking_mail(otalink) as process:
        process.kill()
        process.wait()
    assert (tmp_path / local_socket.NAME).exists()
    assert reading(tmp_path, mail(message_id="one@k.example")).returncode == 0
    assert message_ids(tmp_path) == Counter(["one@k.example"])
    with taking_mail(otalink):
        pass  # what was left behind is no hindrance


def test_the_socket_goes_with_the_product_and_only_its_owner_may_use_it(tmp_path: Path) -> None:
    with taking_mail(Otalink(tmp_path)) as process:
        assert stat.S_IMODE((tmp_path / local_socket.NAME).stat().st_mode) == 0o600
        terminate(process)
        assert not list(tmp_path.glob(f"{local_socket.NAME}*"))


def test_of_two_products_the_later_takes_the_mail_and_the_earlier_leaves_it_the_socket(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    with taking_mail(otalink) as first:
        before = (tmp_path / local_socket.NAME).stat().st_ino
        with otalink.started("postmaster", "lmtp", "--lmtp", f"127.0.0.1:{free_port()}"):
            wait_for("its socket", lambda: (tmp_path / local_socket.NAME).stat().st_ino != before or None)
            terminate(first)
            assert reading(tmp_path, mail(message_id="one@k.example"), **NO_DATABASE).returncode == 0


def test_a_data_folder_with_a_path_too_long_for_a_socket_is_served_as_well(tmp_path: Path) -> None:
    data = tmp_path / "a-long-name-for-a-folder" / ("b" * 90)
    data.mkdir(parents=True)
    with taking_mail(Otalink(data)):
        assert reading(data, mail(message_id="one@k.example"), **NO_DATABASE).returncode == 0
    assert tickets(data) == 1


@pytest.mark.parametrize("said", [b"", b"75", b"no\n", b"otalink 2\n"])
def test_whoever_listens_and_breaks_off_or_talks_otherwise_costs_no_mail(tmp_path: Path, said: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        descriptor = os.open(tmp_path, os.O_RDONLY)
        listener.bind(local_socket.path_in(str(tmp_path), local_socket.NAME, descriptor))
        os.close(descriptor)
        listener.listen()
        command = [sys.executable, "-m", "otalink", "postmaster", "read"]
        environ = {**os.environ, "OTALINK_DATA": str(tmp_path)}
        environ.pop("DJANGO_SETTINGS_MODULE", None)
        with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            assert process.stdin is not None
            process.stdin.write(mail(message_id="one@k.example"))
            process.stdin.close()
            connection, _ = listener.accept()
            with connection:
                connection.recv(1_000_000)
                connection.sendall(said)
            assert process.wait() == 0
    assert message_ids(tmp_path) == Counter(["one@k.example"])


def test_a_connection_that_says_something_else_gets_no_answer_and_disturbs_nobody(tmp_path: Path) -> None:
    with taking_mail(Otalink(tmp_path)):
        for said in (b"GET / HTTP/1.1\r\n\r\n", b"otalink 9 1 1 3\nabc", b"otalink 1 1 1 -3\n", b"x" * 500, b""):
            with socket.socket(socket.AF_UNIX) as connection:
                descriptor = os.open(tmp_path, os.O_RDONLY)
                connection.connect(local_socket.path_in(str(tmp_path), local_socket.NAME, descriptor))
                os.close(descriptor)
                connection.sendall(said)
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(100) == b""
        assert reading(tmp_path, mail(message_id="one@k.example"), **NO_DATABASE).returncode == 0


def test_every_mail_is_filed_once_whenever_the_product_is_killed_meanwhile(tmp_path: Path) -> None:
    otalink, names = Otalink(tmp_path), [f"{number}@k.example" for number in range(16)]
    chance = random.Random()
    waiting = [mail(f"text of {name}", message_id=name, sender=f"x@{name}") for name in names]
    while waiting:
        with taking_mail(otalink) as product:
            began = time.monotonic()
            kill_after = chance.uniform(0.05, 0.6)
            while waiting and product.poll() is None:
                if time.monotonic() - began > kill_after:
                    product.kill()
                assert reading(tmp_path, waiting.pop()).returncode == 0
    assert message_ids(tmp_path) == Counter(names)
    assert tickets(tmp_path) == len(names)
