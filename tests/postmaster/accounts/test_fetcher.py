"""Accounts are fetched from side by side."""

from __future__ import annotations

import threading
import time

import pytest

from otalink.postmaster.accounts.fetcher import Fetcher
from otalink.postmaster.models import MailAccount
from otalink.sysconfig import store
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.product import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_new_mail_is_announced_and_filed_while_other_servers_are_down(box: Box) -> None:
    box.account(name="down", port=1)
    box.account(name="up")
    store.set_value("PostMasterFetchInterval", 3_600)
    fetcher = Fetcher()
    fetcher.start()
    try:
        wait_for("the first visit", lambda: MailAccount.objects.get(name="up").last_success)
        time.sleep(0.5)
        began = time.monotonic()
        box.put(mail("announced"))
        wait_for("the mail", lambda: texts() or None)
        assert time.monotonic() - began < 3
        assert MailAccount.objects.get(name="down").state == "failing"
    finally:
        began = time.monotonic()
        fetcher.stop()
    assert time.monotonic() - began < 5
    assert MailAccount.objects.get(name="up").lease_owner == ""
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]
