"""Mail accounts on a real server, over IMAP and POP3, keep the contract of all sources of mail."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from otalink.postmaster.accounts import manage
from otalink.postmaster.accounts.visit import visit
from otalink.postmaster.models import MailAccount
from tests.contracts.mail_source import MailSource, MailSourceContract
from tests.postmaster.conftest import Box

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class _Account:
    """A mailbox: what is acknowledged leaves it, and it cannot be told no."""

    box: Box
    account: MailAccount
    can_be_trusted: bool = True
    can_refuse: bool = False

    def put(self, raw: bytes) -> None:
        self.box.put(raw)

    def take(self, *, trusted: bool = False) -> None:
        manage.touch(self.account, trusted=trusted)
        visit(self.account, lambda: False, stay=False)

    def waiting(self) -> int:
        return len(self.box.mails())

    def refused(self) -> int:
        return 0


class TestImap(MailSourceContract):
    @pytest.fixture
    def source(self, box: Box) -> MailSource:
        return _Account(box, box.account(protocol="imap"))


class TestImapThatMoves(MailSourceContract):
    @pytest.fixture
    def source(self, box: Box) -> MailSource:
        return _Account(box, box.account(protocol="imap", after="move", move_to="Done"))


class TestPop3(MailSourceContract):
    @pytest.fixture
    def source(self, box: Box) -> MailSource:
        return _Account(box, box.account(protocol="pop3"))
