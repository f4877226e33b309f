"""The cron tasks: when each runs."""

from __future__ import annotations

from typing import Any

from otalink.sysconfig.setting import InvalidValue, Setting, fields, integer, text

CRON = "Daemon::SchedulerCronTaskManager::Task"
_TASKS = "otalink.maintenance.tasks"


def _is_cron(value: str) -> bool:
    from croniter import croniter  # commands that check no schedule start without it

    return len(value.split()) == 5 and bool(croniter.is_valid(value))  # type: ignore[no-untyped-call]


def _schedule(value: Any) -> str:
    if not isinstance(value, str) or not _is_cron(value):
        raise InvalidValue(f"five cron fields such as 0 4 * * * are needed, not {value!r}")
    return value


def _task(
    name: str,
    *,
    schedule: str,
    function: str,
    help: str,  # noqa: A002 - as Setting
    module: str = _TASKS,
) -> Setting[dict[str, Any]]:
    return Setting(
        name=f"{CRON}###{name}",
        navigation=CRON,
        default={
            "TaskName": name,
            "Schedule": schedule,
            "Function": f"{module}.{function}",
            "MaximumParallelInstances": 1,
        },
        parse=fields(TaskName=text, Schedule=_schedule, Function=text, MaximumParallelInstances=integer(1, 1)),
        kind="cron task",
        help=help,
    )


DELETE_EXPIRED_OTA_TOKENS = _task(
    "DeleteExpiredOTATokens",
    schedule="0 4 * * *",
    function="delete_expired_ota_tokens",
    help="Deletes the tokens of tickets that are gone or whose access time after the close is over.",
)

DELETE_UNUSED_CUSTOMER_USERS = _task(
    "DeleteUnusedCustomerUsers",
    schedule="30 4 * * *",
    function="delete_unused_customer_users",
    help="Deletes customer users whom a mail made and nobody needs; see OneTimeAuth::ProvisionalDays.",
)

DELETE_OLD_JOURNAL_ENTRIES = _task(
    "DeleteOldJournalEntries",
    schedule="45 4 * * *",
    function="delete_old_journal_entries",
    help="Deletes what the journal of mail has remembered for PostMaster::JournalDays.",
)

TEND_OPENID_PROVIDER = _task(
    "TendOpenIDProvider",
    schedule="15 4 * * *",
    module="otalink.oidc.upkeep",
    function="run",
    help="Replaces the keys of the OpenID provider, a day before they sign, and deletes codes that are over.",
)
