"""LMTP, SMTP, files, pipes and archives keep the contract of all sources of mail."""

from __future__ import annotations

import mailbox
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from otalink.cli.failures import EXIT_DONE, EXIT_TRY_LATER
from otalink.postmaster.outcome import Outcome
from otalink.postmaster.sources import lmtp, smtp
from otalink.postmaster.sources.archives import import_archive
from tests.contracts.mail_source import MailSource, MailSourceContract
from tests.support.command import Terminal

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class _Queue:
    """A queue as every mail server has it: what was taken or refused for good leaves it."""

    # 250, 451 and 550 as SMTP says it, or the like.
    hand_over: Callable[[bytes, bool], int]
    can_be_trusted: bool
    can_refuse: bool = True
    _mails: list[bytes] = field(default_factory=list)
    _bounced: int = 0

    def put(self, raw: bytes) -> None:
        self._mails.append(raw)

    def take(self, *, trusted: bool = False) -> None:
        codes = [(raw, self.hand_over(raw, trusted)) for raw in self._mails]
        self._mails = [raw for raw, code in codes if 400 <= code < 500]
        self._bounced += sum(code >= 500 for _, code in codes)

    def waiting(self) -> int:
        return len(self._mails)

    def refused(self) -> int:
        return self._bounced


@dataclass
class _Archive:
    """An mbox file or a Maildir, which keeps all its mail; an import is begun anew until nothing is left."""

    path: Path
    add: Callable[[int, bytes], object]
    can_be_trusted: bool = True
    can_refuse: bool = False
    _mails: int = 0
    _left: int = 0

    def put(self, raw: bytes) -> None:
        self.add(self._mails, raw)
        self._mails, self._left = self._mails + 1, self._left + 1

    def take(self, *, trusted: bool = False) -> None:
        progress = import_archive(self.path, trusted=trusted, report=lambda _: None)
        self._left = self._mails - progress.mails + progress.outcomes[Outcome.TRY_LATER.value]

    def waiting(self) -> int:
        return self._left

    def refused(self) -> int:
        return 0


def _sent_with(client: type[smtplib.SMTP], port: int, raw: bytes) -> int:
    """What the server answers to a mail in the end."""
    with client("127.0.0.1", port, timeout=30) as connected:
        try:
            connected.sendmail("ann@customer.example", ["support@localhost"], raw)
        except smtplib.SMTPResponseException as refusal:
            return refusal.smtp_code
    return 250


def _read(otalink: Terminal, trusted: bool, *files: str, stdin: str = "") -> int:
    """What the exit code of `otalink postmaster read` means to a mail server that pipes mail into commands."""
    code = otalink("postmaster", "read", *([] if trusted else ["--untrusted"]), *files, stdin=stdin).code
    return {EXIT_DONE: 250, EXIT_TRY_LATER: 451}.get(code, 550)


class TestLmtp(MailSourceContract):
    @pytest.fixture
    def source(self) -> Iterator[MailSource]:
        server = lmtp.serve("127.0.0.1", 0)
        yield _Queue(lambda raw, _: _sent_with(smtplib.LMTP, server.port, raw), can_be_trusted=False)
        server.stop()


class TestSmtp(MailSourceContract):
    @pytest.fixture
    def source(self) -> Iterator[MailSource]:
        server = smtp.serve("127.0.0.1", 0, smtp.Access())
        yield _Queue(lambda raw, _: _sent_with(smtplib.SMTP, server.port, raw), can_be_trusted=False)
        server.stop()


class TestPipe(MailSourceContract):
    @pytest.fixture
    def source(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> MailSource:
        otalink = Terminal(capsys, monkeypatch)
        return _Queue(lambda raw, trusted: _read(otalink, trusted, stdin=raw.decode()), can_be_trusted=True)


class TestFile(MailSourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> MailSource:
        otalink, path = Terminal(capsys, monkeypatch), tmp_path / "mail.eml"

        def hand_over(raw: bytes, trusted: bool) -> int:
            path.write_bytes(raw)
            return _read(otalink, trusted, str(path))

        return _Queue(hand_over, can_be_trusted=True)


class TestMbox(MailSourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> MailSource:
        path = tmp_path / "box"

        def add(_number: int, raw: bytes) -> None:
            box = mailbox.mbox(path)
            box.add(raw)
            box.close()

        return _Archive(path, add)


class TestMaildir(MailSourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> MailSource:
        path = tmp_path / "Maildir"
        mailbox.Maildir(path, create=True).close()
        return _Archive(path, lambda number, raw: (path / "new" / f"{1_700_000_000 + number}.a.host").write_bytes(raw))
