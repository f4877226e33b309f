"""What every source of mail must do, however mail comes to it: take responsibility for a mail, or visibly not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import pytest

from otalink.desk import current
from otalink.minidesk.models import Ticket
from otalink.postmaster import quarantine
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from tests.postmaster.builders import mail
from tests.postmaster.conftest import texts

SEAMS = "tests.postmaster.seams"
TOO_LARGE = "x" * 1_100_000


class MailSource(Protocol):
    """A source together with whoever hands mail to it, such as a mail server with its queue, or a mailbox.

    `can_be_trusted` is whether an operator may have it believe X-OTOBO-* headers, `can_refuse` whether it can say no
    for good to whoever hands mail in.
    """

    can_be_trusted: bool
    can_refuse: bool

    def put(self, raw: bytes) -> None:
        """Have one more mail wait for the source."""
        ...

    def take(self, *, trusted: bool = False) -> None:
        """Have the source take in, once, all that waits; `trusted` only where it can be."""
        ...

    def waiting(self) -> int:
        """How many mails wait that the source has not acknowledged."""
        ...

    def refused(self) -> int:
        """To how many mails the source has said no for good."""
        ...


@contextmanager
def desk(name: str) -> Iterator[None]:
    """Another desk for a while."""
    current.select(f"{SEAMS}.{name}")
    try:
        yield
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")


def _in_quarantine() -> list[bytes]:
    return [_without_line_ends(quarantine.read(item.id)) for item in quarantine.items()]


def _without_line_ends(raw: bytes) -> bytes:
    # A mailbox file may keep a mail with other line ends than it came with.
    return raw.replace(b"\r\n", b"\n").strip()


class MailSourceContract:
    """Subclass it with a fixture `source` to which nothing was handed yet; a test needs real transactions."""

    def test_it_acknowledges_a_mail_and_files_it_once(self, source: MailSource) -> None:
        source.put(mail("It burns."))
        assert (source.waiting(), texts()) == (1, [])
        source.take()
        assert (source.waiting(), source.refused(), texts()) == (0, 0, ["It burns."])
        source.take()
        assert texts() == ["It burns."]

    def test_it_files_all_that_waits_in_order(self, source: MailSource) -> None:
        for text in ("first", "second", "third"):
            source.put(mail(text))
        source.take()
        assert (source.waiting(), texts()) == (0, ["first", "second", "third"])

    def test_what_cannot_be_filed_now_is_not_acknowledged_and_filed_on_the_next_try(self, source: MailSource) -> None:
        source.put(mail("first"))
        source.put(mail("second"))
        with desk("UnavailableDesk"):
            source.take()
        assert (source.waiting(), source.refused(), texts(), quarantine.items()) == (2, 0, [], [])
        source.take()
        assert (source.waiting(), source.refused(), texts()) == (0, 0, ["first", "second"])

    def test_what_can_never_be_filed_is_acknowledged_and_kept_whole(self, source: MailSource) -> None:
        raw = mail("It breaks.")
        source.put(raw)
        with desk("FailingDesk"):
            source.take()
        assert (source.waiting(), source.refused(), texts()) == (0, 0, [])
        assert _in_quarantine() == [_without_line_ends(raw)]

    def test_a_mail_that_a_filter_refuses_is_refused_or_kept_whole_where_it_cannot_be(self, source: MailSource) -> None:
        raw = mail("No thanks.")
        store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.RejectAll"})
        source.put(raw)
        source.take()
        assert (source.waiting(), source.refused(), texts()) == (0, int(source.can_refuse), [])
        assert _in_quarantine() == ([] if source.can_refuse else [_without_line_ends(raw)])

    def test_a_mail_larger_than_allowed_is_not_filed_nor_lost_and_holds_nobody_up(self, source: MailSource) -> None:
        store.set_value("PostMasterMaxEmailSize", 1)
        raw = mail(TOO_LARGE)
        source.put(raw)
        source.put(mail("small"))
        source.take()
        kept = _in_quarantine()
        assert texts() == ["small"]
        assert (source.waiting() + source.refused() + len(kept), kept) in [(1, []), (1, [_without_line_ends(raw)])]

    def test_the_same_mail_twice_is_acknowledged_twice_and_filed_once(self, source: MailSource) -> None:
        raw = mail("Once.")
        source.put(raw)
        source.put(raw)
        source.take()
        source.put(raw)
        source.take()
        assert (source.waiting(), source.refused(), texts()) == (0, 0, ["Once."])

    @pytest.mark.parametrize("trusted", [True, False])
    def test_x_otobo_headers_count_only_where_it_is_trusted(self, source: MailSource, trusted: bool) -> None:
        source.put(mail("Hello", "X-OTOBO-Title: Given"))
        source.take(trusted=trusted)
        assert Ticket.objects.get().title == ("Given" if trusted and source.can_be_trusted else "Printer")
