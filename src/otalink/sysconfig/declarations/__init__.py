"""Every run-time setting, declared once: from here come defaults, checks, the admin page and the reference.

One file per group; everybody else reaches them as `declarations.NAME`.
"""

from __future__ import annotations

from typing import Any

from otalink.sysconfig.declarations.auth import (
    ACCESS_DAYS_AFTER_CLOSE,
    MAX_LINK_AGE_DAYS,
    MESSAGE_LINK_EXPIRED,
    MESSAGE_NEW_LINK,
    MESSAGE_REFRESH_FAILED,
    MESSAGE_WRONG_LINK,
    PROVISIONAL_DAYS,
    TOKEN_REFRESH_NOTIFICATION_ID,
)
from otalink.sysconfig.declarations.core import (
    DEFAULT_LANGUAGE,
    SYSTEM_ID,
)
from otalink.sysconfig.declarations.cron import (
    CRON,
    DELETE_EXPIRED_OTA_TOKENS,
    DELETE_OLD_JOURNAL_ENTRIES,
    DELETE_UNUSED_CUSTOMER_USERS,
    TEND_OPENID_PROVIDER,
)
from otalink.sysconfig.declarations.new_customers import (
    FREEMAIL_DOMAINS,
    NEW_CUSTOMER_USERS_PER_DOMAIN,
    NEW_CUSTOMER_USERS_PER_HOUR,
    NEW_CUSTOMER_USERS_PER_MAILBOX,
    NEW_PROVEN_PER_DOMAIN,
    NEW_PROVEN_PER_HOUR,
)
from otalink.sysconfig.declarations.openid import (
    OPENID_ACTIVE,
    OPENID_LINK_IS_ENOUGH,
    OPENID_SENDER_ADDRESS,
)
from otalink.sysconfig.declarations.outgoing import MAX_ATTACHED_BYTES
from otalink.sysconfig.declarations.postmaster import (
    ANSWER_DAYS,
    FETCH_INTERVAL,
    JOURNAL_DAYS,
    KEEP_TRYING_DAYS,
    MAX_EMAIL_SIZE,
    MAX_EMAILS,
    MAX_EMAILS_PER_ADDRESS,
    SIGNED_REPLY_ADDRESS,
)
from otalink.sysconfig.declarations.pre_filters import (
    BOUNCE_DETECTION,
    CREATE_CUSTOMER_USER,
    FOLLOW_UP_VISIBILITY,
    LOOP_PROTECTION,
)
from otalink.sysconfig.declarations.senders import (
    OWN_CHECKS,
    RECEIVED_ABOVE,
    TRUSTED_SERVERS,
    UNPROVEN_CREATE,
    UNPROVEN_FOLLOW_UP,
    UNPROVEN_TICKET,
    UNPROVEN_TITLE,
)
from otalink.sysconfig.setting import Setting

__all__ = [
    "ACCESS_DAYS_AFTER_CLOSE",
    "ANSWER_DAYS",
    "BOUNCE_DETECTION",
    "CREATE_CUSTOMER_USER",
    "CRON",
    "DEFAULT_LANGUAGE",
    "DELETE_EXPIRED_OTA_TOKENS",
    "DELETE_OLD_JOURNAL_ENTRIES",
    "DELETE_UNUSED_CUSTOMER_USERS",
    "FETCH_INTERVAL",
    "FOLLOW_UP_VISIBILITY",
    "FREEMAIL_DOMAINS",
    "JOURNAL_DAYS",
    "KEEP_TRYING_DAYS",
    "LOOP_PROTECTION",
    "MAX_ATTACHED_BYTES",
    "MAX_EMAILS",
    "MAX_EMAILS_PER_ADDRESS",
    "MAX_EMAIL_SIZE",
    "MAX_LINK_AGE_DAYS",
    "MESSAGE_LINK_EXPIRED",
    "MESSAGE_NEW_LINK",
    "MESSAGE_REFRESH_FAILED",
    "MESSAGE_WRONG_LINK",
    "NEW_CUSTOMER_USERS_PER_DOMAIN",
    "NEW_CUSTOMER_USERS_PER_HOUR",
    "NEW_CUSTOMER_USERS_PER_MAILBOX",
    "NEW_PROVEN_PER_DOMAIN",
    "NEW_PROVEN_PER_HOUR",
    "OPENID_ACTIVE",
    "OPENID_LINK_IS_ENOUGH",
    "OPENID_SENDER_ADDRESS",
    "OWN_CHECKS",
    "PROVISIONAL_DAYS",
    "RECEIVED_ABOVE",
    "SETTINGS",
    "SIGNED_REPLY_ADDRESS",
    "SYSTEM_ID",
    "TEND_OPENID_PROVIDER",
    "TOKEN_REFRESH_NOTIFICATION_ID",
    "TRUSTED_SERVERS",
    "UNPROVEN_CREATE",
    "UNPROVEN_FOLLOW_UP",
    "UNPROVEN_TICKET",
    "UNPROVEN_TITLE",
]

SETTINGS: dict[str, Setting[Any]] = {
    setting.name: setting for setting in globals().copy().values() if isinstance(setting, Setting)
}
