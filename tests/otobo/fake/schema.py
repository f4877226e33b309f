"""The tables and what an installation of OTOBO begins with, on both databases."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.otobo.fake.database import Database

_FILE = Path(__file__).with_name("schema.sql")
_AUDIT = (
    "create_time {datetime} NOT NULL, create_by INTEGER NOT NULL, change_time {datetime} NOT NULL,"
    " change_by INTEGER NOT NULL"
)
_MARIADB = {
    "small_serial": "SMALLINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "int_serial": "INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "big_serial": "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "datetime": "DATETIME",
    "bytes": "LONGBLOB",
    "text": "TEXT",
    "long_text": "MEDIUMTEXT",
    "user": "`user`",
}
_POSTGRESQL = {
    "small_serial": "SMALLSERIAL PRIMARY KEY",
    "int_serial": "SERIAL PRIMARY KEY",
    "big_serial": "BIGSERIAL PRIMARY KEY",
    "datetime": "TIMESTAMP(0)",
    "bytes": "TEXT",
    "text": "VARCHAR",
    "long_text": "VARCHAR",
    "user": '"user"',
}

# By installation these have other ids than elsewhere, which is why nobody may rely on them.
STATES = {
    "merged": "merged",
    "removed": "removed",
    "pending auto close-": "pending auto",
    "pending auto close+": "pending auto",
    "pending reminder": "pending reminder",
    "closed unsuccessful": "closed",
    "closed successful": "closed",
    "open": "open",
    "new": "new",
}
HISTORY_TYPES = [
    *("Merged", "Move", "NewTicket", "StateUpdate", "CustomerUpdate", "OwnerUpdate", "SetPendingTime", "TicketLinkAdd"),
    *("EmailCustomer", "EmailAgent", "FollowUp", "WebRequestCustomer", "PhoneCallCustomer", "PhoneCallAgent"),
    *("SendAnswer", "Forward", "Bounce", "AddNote", "SendAutoReply", "SendAutoFollowUp", "SendAutoReject"),
    *("SendCustomerNotification", "SendAgentNotification", "TicketDynamicFieldUpdate", "PriorityUpdate", "Lock"),
    *("Unlock", "Misc", "TitleUpdate", "ArchiveFlagUpdate"),
]
AGENTS = {1: "root@localhost", 2: "otalink-api", 3: "anna"}
QUEUES = {"Postmaster": "possible", "Raw": "possible", "Junk": "reject", "Misc": "new ticket"}
_BEGAN = datetime(2026, 1, 5, 8)  # noqa: DTZ001 - OTOBO's times are naive
STAMPS: dict[str, Any] = {"create_time": _BEGAN, "create_by": 1, "change_time": _BEGAN, "change_by": 1}


def statements(*, mariadb: bool) -> list[str]:
    """What makes the tables."""
    words = _MARIADB if mariadb else _POSTGRESQL
    text = _FILE.read_text().replace("{audit}", _AUDIT)
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [statement for statement in "\n".join(lines).split(";\n") if statement.strip()]


def create(database: Database) -> None:
    """Make the tables of a fresh installation, and its first rows."""
    for statement in statements(mariadb=database.is_mariadb):
        database.run(statement)
    _fill(database)


def _fill(database: Database) -> None:
    for agent_id, login in AGENTS.items():
        database.insert(
            "users", id=agent_id, login=login, pw="x", first_name=login, last_name="Agent", valid_id=1, **STAMPS
        )
    for number, name in enumerate(["valid", "invalid", "invalid-temporarily"], 1):
        database.insert("valid", id=number, name=name, **STAMPS)
    types = dict.fromkeys(STATES.values())
    type_ids = {
        name: database.insert("ticket_state_type", id=i, name=name, **STAMPS) for i, name in enumerate(types, 11)
    }
    for number, (name, state_type) in enumerate(STATES.items(), 21):
        database.insert("ticket_state", id=number, name=name, type_id=type_ids[state_type], valid_id=1, **STAMPS)
    lists = {
        "ticket_priority": ["5 very high", "4 high", "3 normal", "2 low", "1 very low"],
        "ticket_history_type": HISTORY_TYPES,
        "article_sender_type": ["system", "customer", "agent"],
        "follow_up_possible": ["new ticket", "reject", "possible"],
    }
    for table, names in lists.items():
        for number, name in enumerate(names, 31):
            database.insert(table, id=number, name=name, valid_id=1, **STAMPS)
    _fill_channels(database)
    _fill_queues(database)


def _fill_channels(database: Database) -> None:
    for name in ("Chat", "Phone", "Internal", "Email"):
        columns = {
            "module": name,
            "package_name": "Framework",
            "channel_data": database.stored(b"---\n"),
            "valid_id": 1,
        }
        database.insert("communication_channel", name=name, **columns, **STAMPS)


def _fill_queues(database: Database) -> None:
    address = database.insert(
        "system_address", value0="otobo@localhost", value1="OTOBO System", queue_id=1, valid_id=1, **STAMPS
    )
    for name, follow_up in QUEUES.items():
        add_queue(database, name, address, follow_up)
    config = database.stored(b"---\nDefaultValue: 0\n")
    for order, (name, kind) in enumerate([("OTAMailSent", "Checkbox"), ("Room", "Text")], 1):
        database.insert(
            "dynamic_field", internal_field=0, name=name, label=name, field_order=order, field_type=kind,
            object_type="Ticket", config=config, valid_id=1, **STAMPS,
        )  # fmt: skip


def add_queue(database: Database, name: str, system_address_id: int, follow_up: str = "possible") -> int:
    """A queue whose customers' follow-ups after the close are possible, rejected or new tickets; gives its id."""
    rule = database.value("SELECT id FROM follow_up_possible WHERE name = %s", follow_up)
    return database.insert(
        "queue", name=name, group_id=1, system_address_id=system_address_id, salutation_id=1, signature_id=1,
        follow_up_id=rule, follow_up_lock=0, valid_id=1, **STAMPS,
    )  # fmt: skip
