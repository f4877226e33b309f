"""Customer users whom mail makes: how many may come, who is still provisional, and whose address is proven.

Two budgets: a flood of mail that proves nothing uses up its own, and leaves room for whoever is proven.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers import addresses
from otalink.customers.models import ProvisionalCustomerUser
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import Setting

_HOUR = timedelta(hours=1)
_TABLE = ProvisionalCustomerUser._meta.db_table
# By whether the newcomer is proven.
_PER_HOUR = {False: declarations.NEW_CUSTOMER_USERS_PER_HOUR, True: declarations.NEW_PROVEN_PER_HOUR}
_PER_DOMAIN = {False: declarations.NEW_CUSTOMER_USERS_PER_DOMAIN, True: declarations.NEW_PROVEN_PER_DOMAIN}


@dataclass(frozen=True)
class _Limit:
    """A limit within an hour, what to say where it is reached, and among which rows it counts."""

    setting: Setting[int]
    refusal: str
    among: str = ""
    values: tuple[str, ...] = ()


def refusal(address: str, *, proven: bool = False) -> str:
    """Why nobody of that address may become a customer user now, in a few words; empty while the limits allow it.

    `proven` is whether the mail is: proven and unproven newcomers are counted apart. Intakes that run at the same
    moment do not see each other's arrival: a limit may be passed by as many.
    """
    domain, mailbox = addresses.domain(address), addresses.mailbox(address)
    kind = "proven" if proven else "unproven"
    # At a freemail provider a domain says nothing about who somebody is.
    is_freemail = domain in store.get(declarations.FREEMAIL_DOMAINS).split()
    limits = [
        _Limit(_PER_HOUR[proven], f"too many {kind} new customer users within an hour"),
        _Limit(
            declarations.NEW_CUSTOMER_USERS_PER_MAILBOX,
            f"too many {kind} new customer users of {mailbox} within an hour",
            " AND mailbox = %s",
            (mailbox,),
        ),
        _Limit(
            _PER_DOMAIN[proven],
            f"too many {kind} new customer users of {domain} within an hour",
            " AND domain = %s",
            (domain,),
        ),
    ]
    return _first_reached(limits[:2] if is_freemail else limits, proven=proven)


def _first_reached(limits: Sequence[_Limit], *, proven: bool) -> str:
    set_limits = [limit for limit in limits if store.get(limit.setting) > 0]
    if not set_limits:
        return ""
    # Asks for the row that reaches a limit instead of counting them all; and for all limits in one statement.
    columns = ", ".join(
        f"(SELECT 1 FROM {_TABLE} WHERE created > %s AND proven = %s{limit.among}"  # noqa: S608 - names of ours
        " ORDER BY created DESC LIMIT 1 OFFSET %s)"
        for limit in set_limits
    )
    since = timezone.now() - _HOUR
    values = [v for limit in set_limits for v in (since, proven, *limit.values, store.get(limit.setting) - 1)]
    ((*reached,),) = prepared_sql.fetch(f"SELECT {columns}", *values)
    return next((limit.refusal for limit, is_reached in zip(set_limits, reached, strict=True) if is_reached), "")


def record(login: str, address: str, *, counts: bool = True, proven: bool = False) -> None:
    """Note that a mail made this customer user, who is provisional from now on; the limits count it if it `counts`."""
    mailbox, domain = addresses.mailbox(address), addresses.domain(address)
    created = timezone.now() if counts else timezone.now() - _HOUR
    row = ProvisionalCustomerUser(login=login, mailbox=mailbox, domain=domain, created=created, proven=proven)
    prepared_sql.insert(row)


def confirm(logins: Collection[str]) -> None:
    """These customer users have shown that they read their mailbox: they stay, and their address is proven."""
    if logins:
        sql = (
            f"UPDATE {_TABLE} SET confirmed = COALESCE(confirmed, %s), proven = TRUE"  # noqa: S608 - names of ours
            f" WHERE (confirmed IS NULL OR proven = FALSE) AND login IN ({_places(logins)})"
        )
        prepared_sql.execute(sql, timezone.now(), *logins)


def keep(logins: Collection[str]) -> None:
    """These customer users are people the desk deals with: they stay, whether their address is proven or not."""
    if logins:
        sql = f"UPDATE {_TABLE} SET confirmed = %s WHERE confirmed IS NULL AND login IN ({_places(logins)})"  # noqa: S608
        prepared_sql.execute(sql, timezone.now(), *logins)


def prove(login: str) -> None:
    """A mail of this customer user is proven: their address is, though they have opened no link yet."""
    prepared_sql.execute(f"UPDATE {_TABLE} SET proven = TRUE WHERE login = %s AND proven = FALSE", login)  # noqa: S608


def is_unproven(login: str) -> bool:
    """Whether nothing shows yet that whoever wrote under the address of this customer user reads its mailbox."""
    return bool(prepared_sql.fetch(f"SELECT 1 FROM {_TABLE} WHERE login = %s AND proven = FALSE", login))  # noqa: S608


def _places(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


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
    """Drop the notes that neither a limit nor the clean-up nor a mail's text asks for any more."""
    settled = ProvisionalCustomerUser.objects.filter(confirmed__isnull=False, proven=True)
    settled.filter(created__lt=timezone.now() - _HOUR).delete()
