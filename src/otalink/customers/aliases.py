"""Further addresses of a customer user, and the logins of those who were merged into them."""

from __future__ import annotations

from collections.abc import Collection

from otalink.common import prepared_sql
from otalink.customers.addresses import normal
from otalink.customers.models import MergedLogin, SecondaryAddress


def logins_of(address: str) -> list[str]:
    """Who has that address beside their own; `address` in normal form."""
    rows = prepared_sql.rows(SecondaryAddress, address=address)
    # Some databases take "é" for "e".
    return [row.login for row in rows if row.address == address]


def addresses_of(login: str) -> list[str]:
    """The further addresses of a customer user, longest known first."""
    return list(SecondaryAddress.objects.filter(login=login).order_by("pk").values_list("address", flat=True))


def merged_into(login: str) -> str:
    """The login of whoever this customer user was merged into, or ""."""
    rows = MergedLogin.objects.filter(login=normal(login))
    return next((row.into for row in rows if row.login == normal(login)), "")


def add(login: str, address: str) -> None:
    """Give a customer user a further address, in normal form; it must be nobody else's."""
    SecondaryAddress.objects.get_or_create(address=address, defaults={"login": login})


def remove(login: str, address: str) -> bool:
    """Take a further address away; False if it is none of theirs."""
    return bool(SecondaryAddress.objects.filter(login=login, address=normal(address)).delete()[0])


def move(old: str, new: str) -> None:
    """Whatever led to the one leads to the other."""
    SecondaryAddress.objects.filter(login=old).update(login=new)
    MergedLogin.objects.filter(into=old).update(into=new)


def forget(logins: Collection[str]) -> None:
    """Drop what leads to customer users who are gone."""
    SecondaryAddress.objects.filter(login__in=logins).delete()
    MergedLogin.objects.filter(into__in=logins).delete()
