"""Customer users whom mail makes: how many may come, who is still provisional, and who has proven to be somebody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers import addresses
from otalink.customers.models import ProvisionalCustomerUser
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import Setting

_HOUR = timedelta(hours=1)
_TABLE = ProvisionalCustomerUser._meta.db_table


def refusal(address: str) -> str:
    """Why nobody of that address may become a customer user now, in a few words; empty while the limits allow it.

    Intakes that run at the same moment do not see each other's arrival: a limit may be passed by as many.
    """
    domain, mailbox = addresses.domain(address), addresses.mailbox(address)
    if _is_reached(declarations.NEW_CUSTOMER_USERS_PER_HOUR):
        return "too many new customer users within an hour"
    if _is_reached(declarations.NEW_CUSTOMER_USERS_PER_MAILBOX, " AND mailbox = %s", mailbox):
        return f"too many new customer users of {mailbox} within an hour"
    # At a freemail provider a domain says nothing about who somebody is.
    if domain in store.get(declarations.FREEMAIL_DOMAINS).split():
        return ""
    if _is_reached(declarations.NEW_CUSTOMER_USERS_PER_DOMAIN, " AND domain = %s", domain):
        return f"too many new customer users of {domain} within an hour"
    return ""


def _is_reached(setting: Setting[int], among: str = "", *values: str) -> bool:
    limit = store.get(setting)
    # Asks for the row that reaches the limit instead of counting them all.
    sql = f"SELECT 1 FROM {_TABLE} WHERE created > %s{among} ORDER BY created DESC LIMIT 1 OFFSET %s"  # noqa: S608
    return limit > 0 and bool(prepared_sql.fetch(sql, timezone.now() - _HOUR, *values, limit - 1))


def record(login: str, address: str, *, counts: bool = True) -> None:
    """Note that a mail made this customer user, who is provisional from now on; the limits count it if it `counts`."""
    mailbox, domain = addresses.mailbox(address), addresses.domain(address)
    created = timezone.now() if counts else timezone.now() - _HOUR
    prepared_sql.insert(ProvisionalCustomerUser(login=login, mailbox=mailbox, domain=domain, created=created))


def confirm(logins: Collection[str]) -> None:
    """These customer users are people the desk deals with: they stay."""
    if logins:
        places = ", ".join(["%s"] * len(logins))
        sql = f"UPDATE {_TABLE} SET confirmed = %s WHERE confirmed IS NULL AND login IN ({places})"  # noqa: S608
        prepared_sql.execute(sql, timezone.now(), *logins)


def provisional(logins: Collection[str], *, lock: bool = False) -> set[str]:
    """Which of these customer users are provisional; with `lock` they stay so until the transaction ends."""
    rows = ProvisionalCustomerUser.objects.filter(login__in=logins, confirmed=None)
    return set((rows.select_for_update() if lock else rows).values_list("login", flat=True))


def unused(before: datetime, after: int, limit: int) -> list[tuple[int, str]]:
    """Ids and logins of provisional customer users made before a moment, from the first id greater than `after`."""
    rows = ProvisionalCustomerUser.objects.filter(confirmed=None, created__lt=before, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", "login")[:limit])


def forget(logins: Collection[str]) -> None:
    """Drop what is noted about customer users who are gone."""
    ProvisionalCustomerUser.objects.filter(login__in=logins).delete()


def forget_confirmed() -> None:
    """Drop the notes that neither a limit nor the clean-up asks for any more."""
    ProvisionalCustomerUser.objects.filter(confirmed__isnull=False, created__lt=timezone.now() - _HOUR).delete()
