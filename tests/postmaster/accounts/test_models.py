"""What makes sense in a mail account, and which port it is then."""

from __future__ import annotations

from typing import Any

import pytest

from otalink.postmaster.accounts import manage
from otalink.postmaster.models import MailAccount
from otalink.sysconfig.setting import InvalidValue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"protocol": "pop3", "after": "move", "move_to": "Done"}, "POP3 has no folders"),
        ({"after": "move"}, "name the folder"),
        ({"after": "move", "move_to": "INBOX"}, "another folder"),
        ({"authentication": "oauth2"}, "token_url: OAuth2 needs it"),
        ({"token_url": "http://x.example/token"}, "https:// URL"),
        ({"user": "a\r\nb"}, "no control characters"),
        ({"host": ""}, "host"),
        ({"protocol": "imap4"}, "protocol"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(values: dict[str, Any], problem: str) -> None:
    given = {"name": "x", "host": "mail.example", "user": "help", **values}
    with pytest.raises(InvalidValue, match=problem):
        manage.add({"password": "x"}, **given)
    assert not MailAccount.objects.exists()


def test_the_usual_ports_are_known() -> None:
    ports = {
        (protocol, security): MailAccount(protocol=protocol, security=security).port_in_use
        for protocol in ("imap", "pop3")
        for security in ("tls", "starttls", "none")
    }
    assert ports == {
        ("imap", "tls"): 993,
        ("imap", "starttls"): 143,
        ("imap", "none"): 143,
        ("pop3", "tls"): 995,
        ("pop3", "starttls"): 110,
        ("pop3", "none"): 110,
    }
