"""Mail accounts in `/admin`."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.minidesk.models import Queue
from otalink.postmaster.accounts.encryption import decrypt
from otalink.postmaster.models import MailAccount
from tests.postmaster.accounts.support import visit_once
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.dovecot import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/postmaster/mailaccount/"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


def _fields(box: Box, **values: Any) -> dict[str, Any]:
    return {
        "name": "help",
        "enabled": "on",
        "protocol": "imap",
        "host": "127.0.0.1",
        "port": box.server.imap,
        "security": "none",
        "folder": "INBOX",
        "user": box.user,
        "authentication": "password",
        "password": PASSWORD,
        "existing": "leave",
        "after": "delete",
        **values,
    }


def test_an_operator_adds_an_account_and_tests_it_at_once(operator: Client, box: Box) -> None:
    operator.post(f"{LIST}add/", {**_fields(box), "_continue": "1"})
    address = f"{LIST}{MailAccount.objects.get().pk}/change/"
    assert "Save and test the connection" in operator.get(address).text
    pressed = {**_fields(box), "postmaster_mailaccount_save_and_test": "1"}
    answer = operator.post(address, pressed, follow=True)
    assert f"help: signed in to 127.0.0.1 as {box.user}" in answer.text
    account = MailAccount.objects.get()
    assert decrypt(account.secrets)["password"] == PASSWORD
    assert PASSWORD not in answer.text


def test_an_operator_hears_what_is_there_and_may_then_have_it_filed(operator: Client, box: Box) -> None:
    box.put(mail("one"), mail("two"))
    answer = operator.post(f"{LIST}add/", _fields(box, after=""), follow=True)
    assert "help: the mailbox holds 2 mails, the oldest of" in answer.text
    assert "That is there already, so: leave it alone" in answer.text
    account = MailAccount.objects.get()
    assert (account.after, account.move_to, account.existing) == ("move", "Filed", "leave")
    visit_once(account)
    assert (texts(), len(box.mails())) == ([], 2)
    operator.post(f"{LIST}{account.pk}/change/", _fields(box, existing="quietly"))
    visit_once(account)
    assert (texts(), len(box.mails())) == (["one", "two"], 0)


@pytest.mark.parametrize("changed", [{"folder": "Other"}, {"user": "somebody"}, {"protocol": "pop3"}])
def test_an_account_that_leads_elsewhere_begins_anew(operator: Client, box: Box, changed: dict[str, str]) -> None:
    account = box.account(name="help")
    visit_once(account)
    assert MailAccount.objects.get().connected
    operator.post(f"{LIST}{account.pk}/change/", _fields(box, queue="Sales"))
    assert MailAccount.objects.get().connected
    operator.post(f"{LIST}{account.pk}/change/", _fields(box, **changed))
    assert MailAccount.objects.get().connected is None


def test_a_mailbox_that_cannot_be_looked_into_is_saved_all_the_same(operator: Client, box: Box) -> None:
    answer = operator.post(f"{LIST}add/", _fields(box, user="nobody"), follow=True)
    assert "saved, but the mailbox cannot be looked into now" in answer.text
    assert MailAccount.objects.get().connected is None


def test_secrets_are_never_shown_and_stay_where_nothing_is_entered(operator: Client, box: Box) -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")
    account = box.account(name="help")
    page = operator.get(f"{LIST}{account.pk}/change/").text
    assert PASSWORD not in page
    assert account.secrets not in page
    operator.post(f"{LIST}{account.pk}/change/", _fields(box, password="", queue="Sales"))
    changed = MailAccount.objects.get()
    assert (changed.queue, decrypt(changed.secrets)["password"]) == ("Sales", PASSWORD)


def test_what_makes_no_sense_is_told_beside_the_field(operator: Client, box: Box) -> None:
    answer = operator.post(f"{LIST}add/", _fields(box, protocol="pop3", after="move", move_to="Done"))
    assert "POP3 has no folders" in answer.text
    assert not MailAccount.objects.exists()


def test_chosen_accounts_are_tested_and_failures_said_in_plain_words(operator: Client, box: Box) -> None:
    good, bad = box.account(name="good"), box.account(name="bad", user="nobody")
    chosen = {"action": "test_chosen", "_selected_action": [good.pk, bad.pk]}
    answer = operator.post(LIST, chosen, follow=True)
    assert "good: signed in" in answer.text
    assert "bad: 127.0.0.1 does not let nobody in: check user and password" in answer.text


def test_the_list_shows_who_fails_and_why(operator: Client, box: Box) -> None:
    from otalink.postmaster.accounts.fetcher import fetch_once

    fetch_once([box.account(name="bad", user="nobody")])
    page = operator.get(LIST).text
    assert "failing" in page
    assert "does not let nobody in" in page


def test_a_change_ends_the_visit_that_goes_on_with_the_old_values(operator: Client, box: Box) -> None:
    from otalink.postmaster.accounts import lease

    account = box.account(name="help")
    assert lease.take(account.pk)
    operator.post(f"{LIST}{account.pk}/change/", _fields(box))
    assert lease.due().filter(pk=account.pk).exists()
