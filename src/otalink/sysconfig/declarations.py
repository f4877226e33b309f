"""Every run-time setting, declared once: from here come defaults, checks, the admin page and the reference."""

from __future__ import annotations

from typing import Any

from croniter import croniter

from otalink.sysconfig.setting import InvalidValue, Setting, boolean, fields, integer, message, text

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

SETTINGS: dict[str, Setting[Any]] = {
    setting.name: setting for setting in globals().copy().values() if isinstance(setting, Setting)
}
