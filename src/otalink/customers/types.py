"""A customer user as every backend hands it out, and the Protocol of a backend."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

# The published name of the backend that takes new customer users unless SysConfig names another.
DEFAULT_BACKEND = "CustomerUser"


class BackendUnavailable(Exception):
    """The backend cannot answer now: the answer is "try later", never "unknown"."""


class BackendReadOnly(Exception):
    """The backend takes no new or changed customer users."""


class CustomerUserExists(Exception):
    """The backend holds that login already."""


class CustomerUserUnknown(Exception):
    """No backend holds that login."""


@dataclass(frozen=True)
class CustomerUser:
    """A person. `language` is a code such as "de", `time_zone` an IANA name; both may be empty: the default."""

    login: str
    email: str
    customer_id: str
    first_name: str
    last_name: str
    valid: bool = True
    language: str = ""
    time_zone: str = ""
    has_password: bool = False
    backend: str = ""

    @property
    def full_name(self) -> str:
        """First and last name, or the e-mail address of somebody who has neither."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


class CustomerUserBackend(Protocol):
    """Where customer users are kept. E-mail addresses and logins compare without regard to case."""

    name: str

    def find_by_email(self, email: str) -> list[CustomerUser]:
        """Everybody with that address, invalid ones included."""
        ...

    def find_by_login(self, login: str) -> CustomerUser | None:
        """The customer user of that login, invalid or not."""
        ...

    def add(self, user: CustomerUser) -> CustomerUser:
        """Keep a new customer user.

        Raises:
            BackendReadOnly: this backend takes none.
            CustomerUserExists: the login is taken.
        """
        ...

    def set_valid(self, login: str, valid: bool) -> None:
        """Enable or disable.

        Raises:
            BackendReadOnly, CustomerUserUnknown
        """
        ...

    def set_preferences(self, login: str, *, language: str = "", time_zone: str = "") -> None:
        """Set language and time zone; an empty value leaves what is there.

        Raises:
            BackendReadOnly, CustomerUserUnknown
        """
        ...

    def delete(self, login: str) -> None:
        """Forget a customer user.

        Raises:
            BackendReadOnly, CustomerUserUnknown
        """
        ...

    def delete_many(self, logins: Collection[str]) -> int:
        """Forget those of them that are there, in as few steps as the backend can; returns how many.

        Raises:
            BackendReadOnly
        """
        ...

    def check_password(self, login: str, password: str) -> bool:
        """Whether that is the password of a valid customer user; takes equally long for an unknown login."""
        ...

    def list(self, after: str = "", limit: int = 200) -> list[CustomerUser]:
        """Customer users by login, from the first login greater than `after`."""
        ...
