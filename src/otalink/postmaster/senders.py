"""Who, among the customer users, wrote a mail."""

from __future__ import annotations

from otalink.customers import directory
from otalink.customers.types import CustomerUser


def customer_users_of(address: str) -> list[CustomerUser]:
    """Everybody with exactly that address, however it is written, over all backends, invalid ones included.

    Raises:
        BackendUnavailable: a backend could not be asked.
    """
    return directory.find_by_email(address) if address else []
