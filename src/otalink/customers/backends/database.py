"""The database backend: customer users in our own database, several named sets side by side."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from otalink.common import prepared_sql
from otalink.customers.addresses import normal
from otalink.customers.models import CustomerUserRecord
from otalink.customers.types import CustomerUser, CustomerUserExists, CustomerUserUnknown


class DatabaseBackend:
    """One named set of customer users."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _rows(self) -> QuerySet[CustomerUserRecord]:
        return CustomerUserRecord.objects.filter(backend=self.name)

    def find_by_email(self, email: str) -> list[CustomerUser]:
        """See `CustomerUserBackend`."""
        found = prepared_sql.rows(CustomerUserRecord, backend=self.name, email=normal(email))
        return [row.to_customer_user() for row in sorted(found, key=lambda row: row.pk)]

    def find_by_login(self, login: str) -> CustomerUser | None:
        """See `CustomerUserBackend`."""
        found = prepared_sql.rows(CustomerUserRecord, backend=self.name, login=normal(login))
        return next((row.to_customer_user() for row in found), None)

    def add(self, user: CustomerUser) -> CustomerUser:
        """See `CustomerUserBackend`."""
        row = CustomerUserRecord(
            backend=self.name,
            login=normal(user.login),
            email=normal(user.email),
            customer_id=user.customer_id,
            first_name=user.first_name[:150],
            last_name=user.last_name[:150],
            valid=user.valid,
            language=user.language,
            time_zone=user.time_zone,
        )
        try:
            with transaction.atomic():
                prepared_sql.insert(row)
        except IntegrityError as error:
            raise CustomerUserExists(f"the login {user.login!r} is taken") from error
        return row.to_customer_user()

    def set_valid(self, login: str, valid: bool) -> None:
        """See `CustomerUserBackend`."""
        self._change(login, valid=valid)

    def set_preferences(self, login: str, *, language: str = "", time_zone: str = "") -> None:
        """See `CustomerUserBackend`."""
        given = {"language": language, "time_zone": time_zone}
        self._change(login, **{name: value for name, value in given.items() if value})

    def set_password(self, login: str, password: str) -> None:
        """Give a customer user a password, or take it away with an empty one."""
        self._change(login, password=make_password(password) if password else "")

    def _change(self, login: str, **values: object) -> None:
        row = self._rows().filter(login=normal(login)).first()
        if row is None:
            raise CustomerUserUnknown(f"no customer user {login!r}")
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=[*values, "changed"])

    def delete(self, login: str) -> None:
        """See `CustomerUserBackend`."""
        deleted, _ = self._rows().filter(login=normal(login)).delete()
        if not deleted:
            raise CustomerUserUnknown(f"no customer user {login!r}")

    def delete_many(self, logins: Collection[str]) -> int:
        """See `CustomerUserBackend`."""
        return self._rows().filter(login__in=[normal(login) for login in logins]).delete()[0]

    def check_password(self, login: str, password: str) -> bool:
        """See `CustomerUserBackend`."""
        row = self._rows().filter(login=normal(login), valid=True).exclude(password="").first()
        if row is None:
            make_password(password)  # the same work as for a known login, so that timing tells nothing
            return False
        return check_password(password, row.password)

    def list(self, after: str = "", limit: int = 200) -> list[CustomerUser]:
        """See `CustomerUserBackend`."""
        return [row.to_customer_user() for row in self._rows().filter(login__gt=after).order_by("login")[:limit]]
