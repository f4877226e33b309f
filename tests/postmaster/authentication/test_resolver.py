"""Name servers are asked once for what they said already, and not at all while none of them answers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otalink.minidesk.models import Article
from otalink.postmaster.authentication import resolver
from otalink.postmaster.authentication.answers import DnsUnavailable
from otalink.postmaster.authentication.resolver import Resolver
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.authentication.customer_domain import proof_of, signed
from tests.postmaster.builders import mail
from tests.support.name_server import NameServer, listening, text_record
from tests.support.servers import free_port


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[tuple[NameServer, str]]:
    """A name server and where it listens."""
    served = NameServer({("a.example", "TXT"): [text_record("hello")], ("b.example", "A"): ["192.0.2.1"]}, ttl=60)
    with listening(served) as port:
        yield served, f"127.0.0.1:{port}"


def test_what_was_answered_is_asked_once_whether_there_was_something_or_not(
    server: tuple[NameServer, str], tmp_path: Path
) -> None:
    names, where = server
    asking = Resolver(where, tmp_path)
    for _ in range(3):
        assert asking.ask("a.example", "TXT", 3).records == (b"hello",)
        nothing = asking.ask("b.example", "TXT", 3)
        assert (nothing.records, nothing.exists) == ((), True)
        assert not asking.ask("c.example", "TXT", 3).exists
    assert names.asked == ["a.example", "b.example", "c.example"]


def test_a_silent_server_is_noticed_once_a_minute_and_tried_again_after(
    server: tuple[NameServer, str], tmp_path: Path
) -> None:
    names, where = server
    names.silent, clock = True, Clock()
    asking = Resolver(where, tmp_path, clock)
    started = time.monotonic()
    for _ in range(100):
        with pytest.raises(DnsUnavailable):
            asking.ask("a.example", "TXT", 3)
    assert (names.looks, names.asked, asking.is_silent) == (1, [], True)
    assert time.monotonic() - started < 3
    names.silent, clock.now = False, 59
    with pytest.raises(DnsUnavailable):
        asking.ask("a.example", "TXT", 3)
    clock.now = 61
    (tmp_path / "no-name-server").unlink()
    assert asking.ask("a.example", "TXT", 3).records == (b"hello",)
    assert not asking.is_silent


def test_what_one_process_noticed_another_need_not(server: tuple[NameServer, str], tmp_path: Path) -> None:
    names, where = server
    names.silent = True
    with pytest.raises(DnsUnavailable):
        Resolver(where, tmp_path).ask("a.example", "TXT", 3)
    names.silent = False
    with pytest.raises(DnsUnavailable):
        Resolver(where, tmp_path).ask("a.example", "TXT", 3)
    assert names.looks == 1
    notice = tmp_path / "no-name-server"
    os.utime(notice, (time.time() - 61, time.time() - 61))
    assert Resolver(where, tmp_path).ask("a.example", "TXT", 3).records
    assert not notice.exists()


def test_one_that_falls_silent_is_noticed_after_one_question(server: tuple[NameServer, str], tmp_path: Path) -> None:
    names, where = server
    asking = Resolver(where, tmp_path)
    assert asking.ask("a.example", "TXT", 3).records
    names.silent = True
    with pytest.raises(DnsUnavailable):
        asking.ask("b.example", "A", 0.5)
    asked = len(names.asked)
    with pytest.raises(DnsUnavailable):
        asking.ask("c.example", "A", 0.5)
    assert (len(names.asked), asking.is_silent) == (asked, True)
    # What is known still is.
    assert asking.ask("a.example", "TXT", 3).records == (b"hello",)


def test_a_forgers_broken_servers_do_not_make_ours_look_silent(server: tuple[NameServer, str], tmp_path: Path) -> None:
    names, where = server
    names.lame = "evil.example"
    asking = Resolver(where, tmp_path)
    for number in range(5):
        with pytest.raises(DnsUnavailable):
            asking.ask(f"n{number}.evil.example", "TXT", 3)
    assert not asking.is_silent
    assert asking.ask("a.example", "TXT", 3).records == (b"hello",)


def test_of_several_servers_one_that_answers_is_asked_first(server: tuple[NameServer, str], tmp_path: Path) -> None:
    _, where = server
    asking = Resolver(f"127.0.0.1:{free_port()} {where}", tmp_path)
    assert asking.ask("a.example", "TXT", 3).records == (b"hello",)
    started = time.monotonic()
    asking.ask("b.example", "A", 3)
    assert time.monotonic() - started < 0.9
    assert asking.answering() == "127.0.0.1"


@pytest.mark.parametrize(
    "name", ["\u00fc" * 70 + ".example", "a..b", "x" * 64 + ".example", "\u2028.example", "\ud800"]
)
def test_what_can_be_no_name_is_none(server: tuple[NameServer, str], tmp_path: Path, name: str) -> None:
    names, where = server
    assert not Resolver(where, tmp_path).ask(name, "TXT", 3).exists
    assert names.asked == []


@pytest.mark.django_db
def test_a_hundred_mails_while_the_dns_is_silent_wait_for_it_once(names: NameServer) -> None:
    names.silent = True
    started = time.monotonic()
    for _ in range(100):
        assert run(signed(mail())).outcome is Outcome.NEW_TICKET
    assert (names.looks, names.asked) == (1, [])
    assert Article.objects.filter(proof="undecided").count() == 100
    assert time.monotonic() - started < 60


@pytest.mark.django_db
def test_mails_of_one_domain_ask_for_its_key_and_policy_once(names: NameServer) -> None:
    names.ttl = 300
    for _ in range(5):
        assert proof_of(signed(mail())).value == "proven"
    assert sorted(names.asked) == ["_dmarc.customer.example", "now._domainkey.customer.example"]
    assert resolver.current().is_silent is False
