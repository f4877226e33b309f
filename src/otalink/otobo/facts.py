"""What OTOBO calls things, and what may differ from one version of it to another: here and nowhere else.

Names, never ids: those are an installation's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from otalink.customers.backends.sql import otobo as customer_table


class FollowUpRule(StrEnum):
    """What a queue does with what is written on a closed ticket (`follow_up_possible.name`)."""

    POSSIBLE = "possible"
    REJECT = "reject"
    NEW_TICKET = "new ticket"


# Types of history.
NEW_TICKET = "NewTicket"
STATE_UPDATE = "StateUpdate"
MERGED = "Merged"
CUSTOMER_UPDATE = "CustomerUpdate"
# What begins the name of a history row that our own request made, with "%%" before it or without.
OURS = "otalink "
# The channel of articles that are mail.
MAIL_CHANNEL = "Email"
# A customer's mail, on a new ticket or not.
MAIL_OF_CUSTOMERS = frozenset({"EmailCustomer", "FollowUp"})
# What an agent wrote and OTOBO mails to the customer itself.
MAILED_BY_AGENTS = frozenset({"SendAnswer", "EmailAgent"})
FORWARD = "Forward"
# OTOBO's own mail to the customer about a step that happened just before.
NOTIFICATIONS = frozenset({"SendCustomerNotification"})
MAILED_BY_OTOBO = NOTIFICATIONS | {"SendAutoReply", "SendAutoFollowUp", "SendAutoReject"}

# How OTOBO names the parts of a mail that are its body: the HTML copy, the text copy.
BODY_NAMES = frozenset({"file-1", "file-2"})
# The file of the raw mail, where files lie on disk, and what is written beside each file.
PLAIN_FILE = "plain.txt"
FILE_NOTES = ("content_type", "content_id", "content_alternative", "disposition")

# OTOBO's statements wait for a lock at most so long (MariaDB's `innodb_lock_wait_timeout`), in seconds.
LOCK_WAIT = 50

# The web service: our own file names these routes, `otalink otobo config` writes it.
ROUTE_CREATE = "/Ticket"
ROUTE_TICKET = "/Ticket/{}"
# How the codes of refusals end.
AUTH_FAIL, ACCESS_DENIED = ".AuthFail", ".AccessDenied"
# Agents are told of what comes with this type of history, and of no other that a customer's article may have.
FOLLOW_UP = "FollowUp"
ADD_NOTE = "AddNote"
# The state in which a reply opens a ticket, where it is there; else the first of its type.
OPEN_STATE = "open"

# By table, the columns we read. One of them is read by column, since it holds passwords too.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "ticket": (
        *("id", "tn", "title", "queue_id", "ticket_state_id", "ticket_priority_id", "user_id", "customer_id"),
        *("customer_user_id", "create_time", "change_time"),
    ),
    "ticket_history": (
        *("id", "name", "history_type_id", "ticket_id", "article_id", "queue_id", "state_id", "create_time"),
        "create_by",
    ),
    "ticket_history_type": ("id", "name"),
    "ticket_state": ("id", "name", "type_id"),
    "ticket_state_type": ("id", "name"),
    "ticket_priority": ("id", "name"),
    "queue": ("id", "name", "group_id", "system_address_id", "follow_up_id", "valid_id"),
    "system_address": ("id", "value0", "value1", "queue_id", "valid_id"),
    "follow_up_possible": ("id", "name"),
    "article": (
        *("id", "ticket_id", "article_sender_type_id", "communication_channel_id", "is_visible_for_customer"),
        *("create_time", "create_by"),
    ),
    "article_sender_type": ("id", "name"),
    "article_data_mime": (
        *("article_id", "a_from", "a_reply_to", "a_to", "a_cc", "a_subject", "a_message_id", "a_message_id_md5"),
        *("a_in_reply_to", "a_references", "a_content_type", "a_body", "incoming_time", "content_path"),
    ),
    "article_data_mime_attachment": (
        *("id", "article_id", "filename", "content_size", "content_type", "content_id", "content_alternative"),
        *("disposition", "content"),
    ),
    "article_data_mime_plain": ("article_id", "body"),
    "article_data_mime_send_error": ("article_id", "message_id", "log_message", "create_time"),
    "communication_channel": ("id", "name"),
    "dynamic_field": ("id", "name", "field_type", "object_type", "valid_id"),
    "dynamic_field_value": ("field_id", "object_id", "value_text", "value_date", "value_int"),
}
CUSTOMER_TABLE = customer_table.TABLE
CUSTOMER_COLUMNS = (customer_table.ID, *customer_table.COLUMNS.values(), customer_table.VALIDITY)
CUSTOMER_AUDIT = (*customer_table.CREATED, *customer_table.CHANGED)
# Tables that otalink must not be able to read, each with a column by which `check` tries.
FORBIDDEN: Mapping[str, str] = {"users": "pw", "sessions": "data_value", "mail_queue": "raw_message"}

# The tokens of the published add-on, and where changed settings are.
TOKEN_TABLE = "ota_tokens"  # noqa: S105 - the name of a table
TOKEN_COLUMNS = ("token", "ticket_number", "user", "used", "change_time", "create_time")
TOKEN_ACTIVE = 2
SETTINGS_TABLE = "sysconfig_modified"
SETTINGS_COLUMNS = ("name", "effective_value", "is_valid", "user_id")

# Mail waits for our relay for three days: the n-th wait is n times the minutes.
MAIL_ATTEMPTS, MAIL_ATTEMPTS_BY_DEFAULT, MAIL_DELAY_MINUTES = 66, 3, 2


@dataclass(frozen=True)
class Facts:
    """One version of OTOBO. `marks` are tables that it has and older versions have not."""

    version: str
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _TABLES)
    marks: tuple[str, ...] = ()


OTOBO_10_1 = Facts("10.1")
# Versions of articles came with 11; what we read of an article is its newest version in both.
OTOBO_11 = replace(OTOBO_10_1, version="11", marks=("article_version",))
# The newest first: a version has what older ones have, and more.
VERSIONS = (OTOBO_11, OTOBO_10_1)


def version_of(tables: Collection[str]) -> Facts:
    """The version that has these tables; those without a mark are taken for the oldest we know."""
    return next(facts for facts in VERSIONS if set(facts.marks) <= set(tables))


def of_release(said: str) -> Facts | None:
    """The version that OTOBO's own file names, such as "10.1.11"; None where it is none that we know."""
    return next((facts for facts in VERSIONS if f"{said}.".startswith(f"{facts.version}.")), None)
