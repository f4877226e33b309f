"""What was wrong with the add-on's own records, and what is to be switched off in OTOBO now."""

from __future__ import annotations

from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection, facts
from otalink.otobo.importing.tokens import Counts

_NAMELESS = (
    f"SELECT login FROM {facts.CUSTOMER_TABLE} WHERE TRIM(first_name) = '' AND TRIM(last_name) = '' ORDER BY login"
)
_SHOWN = 5

SWITCH_OFF = [
    "The package of the add-on: uninstall it in the package manager, then restart the web server and the daemon.",
    f"Its table: `DROP TABLE {facts.TOKEN_TABLE}` once all links are taken over; older backups hold readable links.",
    "Its pre-filter 000-CreateCustomerUser and its cron task DeleteExpiredOTATokens, if the settings still name them.",
    "The rights that were for this import alone: the REVOKE lines of `otalink otobo sql --import`.",
    "Texts with <OTOBO_OTACustomerTicketLink> may stay as they are: the relay puts each reader's own link there.",
]


def wrong(counts: Counts) -> list[str]:
    """What an administrator should know of what was found.

    Raises:
        DeskUnavailable
    """
    found = [
        _line(counts.found, "{} links could be read by everybody who could read OTOBO's database or a backup of it; "
              "here they are digests"),
        _line(counts.of_ended_tickets, "{} links were kept for tickets that are gone, or were closed longer ago than "
              "OneTimeAuth::AccessDaysAfterClose allows; none was taken"),
        _line(counts.broken, "{} rows are no links: no token, no ticket number, or nobody's"),
        _nameless(),
    ]  # fmt: skip
    return [line for line in found if line]


def _line(count: int, text: str) -> str:
    return text.replace("{}", str(count)) if count else ""


def _nameless() -> str:
    try:
        logins = [str(login) for (login,) in connection.fetch(_NAMELESS)]
    except DeskUnavailable:
        return "The customer users could not be read, so nobody knows whether some are without a name"
    some = ", ".join(logins[:_SHOWN]) + (", ..." if len(logins) > _SHOWN else "")
    return _line(len(logins), f"{len(logins)} customer users have no name: {some}")
