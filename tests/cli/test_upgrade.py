"""Whoever installed last week starts the new version on their data folder, and everything is there."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import Otalink

pytestmark = pytest.mark.processes

# The newest migrations of the first version that was handed out; its tickets had no priority yet.
FIRST = {
    "contenttypes": "0002",
    "auth": "0012",
    "sessions": "0001",
    "django_tasks_database": "",
    "sysconfig": "0001",
    "customers": "0001",
    "minidesk": "0002",
    "tokens": "0001",
    "notifications": "0001",
    "postmaster": "0001",
    "portal": "0001",
    "maintenance": "0001",
}
NOW = "2026-11-23 10:00:00"
REJECT = "PostMaster::PreFilterModule###400-Reject"


def _migrate_to_first(data: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("OTALINK_")}
    environ = {**outside, "OTALINK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "otalink.conf.settings"}
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        f"for app, newest in {FIRST!r}.items(): call_command('migrate', app, *filter(None, [newest]), verbosity=0)"
    )
    subprocess.run([sys.executable, "-c", script], env=environ, check=True, capture_output=True)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A data folder as the first version left it, with something in every place whose name has changed."""
    _migrate_to_first(tmp_path)
    with closing(sqlite3.connect(tmp_path / "otalink.sqlite3")) as database, database:
        database.executescript(f"""
            ALTER TABLE minidesk_ticket DROP COLUMN priority;
            INSERT INTO minidesk_ticket
                (id, number, title, queue_id, state, customer_login, customer_id, created, changed)
                VALUES (1, '202611231000017', 'Printer', 1, 'open', 'ann@x.example', 'ann@x.example', '{NOW}', '{NOW}');
            INSERT INTO minidesk_history (ticket_id, type, answer, text, created)
                VALUES (1, 'NewTicket', 0, '', '{NOW}');
            INSERT INTO customers_arrival (login, mailbox, domain, created)
                VALUES ('ann@x.example', 'ann@x.example', 'x.example', '{NOW}');
            INSERT INTO customers_heldsender
                (ticket_number, address, first_name, last_name, language, backend, reason, created)
                VALUES
                ('202611231000017', 'eve@x.example', 'Eve', 'Lee', '', 'CustomerUser', 'marked as spam', '{NOW}');
            INSERT INTO tokens_limitcounter (key, window, count) VALUES ('k', '{NOW}', 3);
            INSERT INTO tokens_auditentry (token_id, ticket_number, customer_login, event, address, created)
                VALUES (1, '202611231000017', 'ann@x.example', 'opened', '203.0.113.5', '{NOW}');
            INSERT INTO postmaster_claim (fingerprint, ticket_number, answered_to, created)
                VALUES ('f', '202611231000017', 'ann@x.example', '{NOW}');
            INSERT INTO postmaster_journalentry (received, source, sender, recipients, subject, message_id, size,
                authentication, filters, outcome, reason, ticket_number, quarantine_id)
                VALUES ('{NOW}', 'lmtp', '', '', '', '', 1, '', '', 'refused with an answer', '', '', '');
            INSERT INTO postmaster_mailaccount
                (name, protocol, host, security, user, authentication, secrets, token_url, client_id, scope, folder,
                 after, move_to, trusted, queue, enabled, failures, last_error, lease_owner)
                VALUES ('help', 'imap', 'h', 'tls', 'u', 'password', '', '', '', '', 'INBOX',
                 '', '', 0, '', 0, 0, '', '');
        """)
        value = json.dumps({"Module": "NewTicketReject", "Sender": "no@x.example", "AnswersPerDay": 7})
        database.execute(
            "INSERT INTO sysconfig_storedvalue (name, value, changed) VALUES (?, ?, ?)", (REJECT, value, NOW)
        )
    (tmp_path / "tried-in-vain").mkdir()
    (tmp_path / "tried-in-vain" / "0123").touch()
    return tmp_path


def test_an_installation_of_the_first_version_upgrades(old: Path) -> None:
    otalink = Otalink(old)
    (ticket,) = otalink.json("ticket", "list")
    assert (ticket["number"], ticket["priority"]) == ("202611231000017", "3 normal")
    assert otalink.json("sysconfig", "get", REJECT)["AutoRepliesPerDay"] == 7
    assert (old / "deferrals" / "0123").exists()
    with closing(sqlite3.connect(old / "otalink.sqlite3")) as database:
        kept = {
            "SELECT notify FROM minidesk_history": 0,
            "SELECT login FROM customers_provisionalcustomeruser": "ann@x.example",
            "SELECT address FROM customers_pendingsender": "eve@x.example",
            "SELECT count FROM limits_limitcounter": 3,
            "SELECT client_ip FROM tokens_auditentry": "203.0.113.5",
            "SELECT notified_mailbox FROM postmaster_claim": "ann@x.example",
            "SELECT outcome FROM postmaster_journalentry": "refused with an auto-reply",
        }
        assert {query: database.execute(query).fetchone()[0] for query in kept} == kept


def test_mail_accounts_of_before_go_on_filing_and_deleting_all_they_find(old: Path) -> None:
    account = Otalink(old).json("postmaster", "account", "show", "help")
    assert (account["existing"], account["after"]) == ("new", "delete")
    # So nothing counts as having been there before.
    assert account["connected"]
    with closing(sqlite3.connect(old / "otalink.sqlite3")) as database:
        assert database.execute("SELECT uid_next FROM postmaster_mailaccount").fetchone() == (None,)
