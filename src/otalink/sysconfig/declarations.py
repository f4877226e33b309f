"""Every run-time setting, declared once: from here come defaults, checks, the admin page and the reference."""

from __future__ import annotations

from typing import Any

from croniter import croniter

from otalink.sysconfig.patterns import PRE_FILTERS
from otalink.sysconfig.sender_declarations import SENDER_SETTINGS
from otalink.sysconfig.setting import InvalidValue, Setting, boolean, fields, integer, mapping, message, text

AUTH = "Core::Auth::Customer"
POSTMASTER = "Core::Email::PostMaster"
CRON = "Daemon::SchedulerCronTaskManager::Task"


def _is_cron(value: str) -> bool:
    return len(value.split()) == 5 and bool(croniter.is_valid(value))  # type: ignore[no-untyped-call]


def _schedule(value: Any) -> str:
    if not isinstance(value, str) or not _is_cron(value):
        raise InvalidValue(f"five cron fields such as 0 4 * * * are needed, not {value!r}")
    return value


def _digits(value: Any) -> str:
    if not str(value).isdigit() or len(str(value)) > 4:
        raise InvalidValue(f"one to four digits are needed, not {value!r}")
    return str(value)


def _language(value: Any) -> str:
    if value not in {"en", "de"}:
        raise InvalidValue(f"en or de is needed, not {value!r}")
    return str(value)


def _domains(value: Any) -> str:
    names = text(value).lower().replace(",", " ").split()
    if wrong := next((name for name in names if "." not in name or "@" in name), ""):
        raise InvalidValue(f"domains such as gmail.com are needed, not {wrong!r}")
    return " ".join(names)


ACCESS_DAYS_AFTER_CLOSE = Setting(
    name="OneTimeAuth::AccessDaysAfterClose",
    navigation=AUTH,
    default=14,
    parse=integer(0, 36_500),
    kind="days",
    help="How many days after its ticket was closed a link still opens it. 0 ends access at the close.",
)

MAX_LINK_AGE_DAYS = Setting(
    name="OneTimeAuth::MaxLinkAgeDays",
    navigation=AUTH,
    default=90,
    parse=integer(1, 36_500),
    kind="days",
    help="How many days after it was made an unused link still signs in while its ticket stays open. "
    "An older one is answered with a fresh link by mail.",
)

TOKEN_REFRESH_NOTIFICATION_ID = Setting(
    name="OneTimeAuth::TokenRefreshNotificationID",
    navigation=AUTH,
    default="",
    parse=text,
    kind="name of a notification",
    help="The notification whose text carries a refreshed link. Empty: the built-in text.",
)

MESSAGE_WRONG_LINK = Setting(
    name="OneTimeAuth::CustomerErrorMessageWrongLink",
    navigation=AUTH,
    default={
        "en": "This link was used or replaced. Please use the link in the newest mail we sent you.",
        "de": "Dieser Link wurde bereits benutzt oder ersetzt. Bitte nehmen Sie den Link aus unserer neuesten E-Mail.",
    },
    parse=message,
    kind="text by language",
    help="Shown to a customer who opens an old link while a newer one works.",
)

MESSAGE_NEW_LINK = Setting(
    name="OneTimeAuth::CustomerErrorMessageNewLink",
    navigation=AUTH,
    default={
        "en": "This link was already used. A new one is on its way to your mailbox.",
        "de": "Dieser Link wurde bereits benutzt. Ein neuer ist per E-Mail zu Ihnen unterwegs.",
    },
    parse=message,
    kind="text by language",
    help="Shown to a customer who opens an old link when a new one is mailed.",
)

MESSAGE_REFRESH_FAILED = Setting(
    name="OneTimeAuth::CustomerErrorMessageRefreshFailed",
    navigation=AUTH,
    default={
        "en": "This link was already used, and we could not send you a new one. Please write to us again by mail.",
        "de": "Dieser Link wurde bereits benutzt, und wir konnten Ihnen keinen neuen senden. "
        "Bitte schreiben Sie uns erneut per E-Mail.",
    },
    parse=message,
    kind="text by language",
    help="Shown to a customer who opens an old link when no new one can be made or sent.",
)

MESSAGE_LINK_EXPIRED = Setting(
    name="OneTimeAuth::CustomerErrorMessageLinkExpired",
    navigation=AUTH,
    default={
        "en": "This link is not valid. If your ticket is still open, please use the link in our newest mail.",
        "de": "Dieser Link ist nicht gültig. Falls Ihr Ticket noch offen ist, "
        "nehmen Sie bitte den Link aus unserer neuesten E-Mail.",
    },
    parse=message,
    kind="text by language",
    help="Shown to a customer whose link is unknown, or whose access to the ticket has ended.",
)

CREATE_CUSTOMER_USER = Setting(
    name="PostMaster::PreFilterModule###000-CreateCustomerUser",
    navigation=POSTMASTER,
    default={
        "Module": "otalink.postmaster.filters.create_customer_user.CreateCustomerUser",
        "CustomerHeaderSpoofProtection": True,
        "CustomerUserBackend": "",
        "SetCheckBoxName": "",
    },
    parse=fields(Module=text, CustomerHeaderSpoofProtection=boolean, CustomerUserBackend=text, SetCheckBoxName=text),
    kind="pre-filter",
    help="Makes a customer user in CustomerUserBackend (empty: CustomerUser) of a sender nobody knows. "
    "CustomerHeaderSpoofProtection sets, and overwrites, the X-OTOBO-CustomerUser header of a known sender. "
    "SetCheckBoxName names a checkbox dynamic field that is set on tickets of this backend's customer users.",
)

DELETE_EXPIRED_OTA_TOKENS = Setting(
    name="Daemon::SchedulerCronTaskManager::Task###DeleteExpiredOTATokens",
    navigation=CRON,
    default={
        "TaskName": "DeleteExpiredOTATokens",
        "Schedule": "0 4 * * *",
        "Function": "otalink.maintenance.tasks.delete_expired_ota_tokens",
        "MaximumParallelInstances": 1,
    },
    parse=fields(TaskName=text, Schedule=_schedule, Function=text, MaximumParallelInstances=integer(1, 1)),
    kind="cron task",
    help="Deletes the tokens of tickets that are gone or whose access time after the close is over.",
)

SYSTEM_ID = Setting(
    name="SystemID",
    navigation="Core",
    default="10",
    parse=_digits,
    kind="digits",
    help="Part of every ticket number of the embedded desk.",
)

DEFAULT_LANGUAGE = Setting(
    name="DefaultLanguage",
    navigation="Core",
    default="en",
    parse=_language,
    kind="language code",
    help="For customer users whose language nobody knows: en or de.",
)

MAX_EMAIL_SIZE = Setting(
    name="PostMasterMaxEmailSize",
    navigation=POSTMASTER,
    default=64,
    parse=integer(1, 1024),
    kind="MB",
    help="Larger mail is refused by the LMTP server and quarantined when it comes from a file.",
)

NEW_CUSTOMER_USERS_PER_HOUR = Setting(
    name="PostMaster::NewCustomerUsers::PerHour",
    navigation=POSTMASTER,
    default=200,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="How many customer users mail may make within an hour. Beyond it tickets are still made; the account and "
    "the answer wait for an agent. 0: no limit.",
)

NEW_CUSTOMER_USERS_PER_DOMAIN = Setting(
    name="PostMaster::NewCustomerUsers::PerDomainAndHour",
    navigation=POSTMASTER,
    default=20,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="The same for the senders of one domain; PostMaster::FreemailDomains are exempt. 0: no limit.",
)

NEW_CUSTOMER_USERS_PER_MAILBOX = Setting(
    name="PostMaster::NewCustomerUsers::PerMailboxAndHour",
    navigation=POSTMASTER,
    default=3,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="The same for addresses that differ only in their +tag (ann+1@x.example, ann+2@x.example). 0: no limit.",
)

FREEMAIL_DOMAINS = Setting(
    name="PostMaster::FreemailDomains",
    navigation=POSTMASTER,
    default="gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com "
    "proton.me protonmail.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org "
    "orange.fr free.fr libero.it bluewin.ch mail.ru yandex.ru qq.com 163.com",
    parse=_domains,
    kind="domains",
    help="Domains, separated by spaces, at which everybody can have an address.",
)

PROVISIONAL_DAYS = Setting(
    name="OneTimeAuth::ProvisionalDays",
    navigation=AUTH,
    default=30,
    parse=integer(1, 36_500),
    kind="days",
    help="A customer user whom a mail made goes after so many days if they never opened a link, no agent answered "
    "them, and they have no open ticket.",
)

DELETE_UNUSED_CUSTOMER_USERS = Setting(
    name="Daemon::SchedulerCronTaskManager::Task###DeleteUnusedCustomerUsers",
    navigation=CRON,
    default={
        "TaskName": "DeleteUnusedCustomerUsers",
        "Schedule": "30 4 * * *",
        "Function": "otalink.maintenance.tasks.delete_unused_customer_users",
        "MaximumParallelInstances": 1,
    },
    parse=fields(TaskName=text, Schedule=_schedule, Function=text, MaximumParallelInstances=integer(1, 1)),
    kind="cron task",
    help="Deletes customer users whom a mail made and nobody needs; see OneTimeAuth::ProvisionalDays.",
)

FETCH_INTERVAL = Setting(
    name="PostMasterFetchInterval",
    navigation=POSTMASTER,
    default=60,
    parse=integer(2, 86_400),
    kind="seconds",
    help="How often mail is fetched from mail accounts; where the server announces new mail, at the latest.",
)

BOUNCE_DETECTION = Setting(
    name="PostMaster::PreFilterModule###050-BounceDetection",
    navigation=POSTMASTER,
    default={
        "Module": "otalink.postmaster.filters.bounce_detection.BounceDetection",
        "MarkUndeliverable": True,
    },
    parse=PRE_FILTERS.parse,
    kind="pre-filter",
    help="Files a bounce on the ticket of the mail that came back. MarkUndeliverable sends no more mail to an address "
    "that refused one for good, until a person writes from it.",
)

LOOP_PROTECTION = Setting(
    name="PostMaster::PreFilterModule###100-LoopProtection",
    navigation=POSTMASTER,
    default={"Module": "otalink.postmaster.filters.loop_protection.LoopProtection", "MaxUnopened": 4},
    parse=PRE_FILTERS.parse,
    kind="pre-filter",
    help="Takes a sender for a robot, whose new tickets are filed without an answer, after MaxUnopened answers within "
    "a day of whose links none was opened, and after PostmasterMaxEmails in any case.",
)

FOLLOW_UP_VISIBILITY = Setting(
    name="PostMaster::PreFilterModule###900-FollowUpArticleVisibility",
    navigation=POSTMASTER,
    default={
        "Module": "otalink.postmaster.filters.follow_up_visibility.FollowUpArticleVisibility",
        "SameCustomerID": False,
    },
    parse=PRE_FILTERS.parse,
    kind="pre-filter",
    help="Hides from the customer what somebody who takes no part in a ticket writes to it. SameCustomerID shows what "
    "valid customer users with the ticket's customer ID write.",
)

MAX_ANSWERS = Setting(
    name="PostmasterMaxEmails",
    navigation=POSTMASTER,
    default=40,
    parse=integer(0, 10_000),
    kind="mails",
    help="How many new tickets of one address are answered within a day; further ones are filed without an answer.",
)

MAX_ANSWERS_PER_ADDRESS: Setting[dict[str, int]] = Setting(
    name="PostmasterMaxEmailsPerAddress",
    navigation=POSTMASTER,
    default={},
    parse=mapping(lambda value: text(value).lower(), integer(0, 10_000)),
    kind="JSON object of addresses and numbers",
    help="The same for single addresses, instead of PostmasterMaxEmails.",
)

JOURNAL_DAYS = Setting(
    name="PostMaster::JournalDays",
    navigation=POSTMASTER,
    default=30,
    parse=integer(1, 36_500),
    kind="days",
    help="How long the journal remembers what became of each mail.",
)

DELETE_OLD_JOURNAL_ENTRIES = Setting(
    name="Daemon::SchedulerCronTaskManager::Task###DeleteOldJournalEntries",
    navigation=CRON,
    default={
        "TaskName": "DeleteOldJournalEntries",
        "Schedule": "45 4 * * *",
        "Function": "otalink.maintenance.tasks.delete_old_journal_entries",
        "MaximumParallelInstances": 1,
    },
    parse=fields(TaskName=text, Schedule=_schedule, Function=text, MaximumParallelInstances=integer(1, 1)),
    kind="cron task",
    help="Deletes what the journal of mail has remembered for PostMaster::JournalDays.",
)

SETTINGS: dict[str, Setting[Any]] = {
    setting.name: setting for setting in (*globals().copy().values(), *SENDER_SETTINGS) if isinstance(setting, Setting)
}
