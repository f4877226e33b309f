"""Who, among the customer users, wrote a mail."""

from __future__ import annotations

from otalink.customers import directory
from otalink.customers.types import CustomerUser


def customer_users_of(address: str) -> list[CustomerUser]:
    """Everybody with exactly that address, whatever its case, over all backends, invalid ones included.

    Raises:
        BackendUnavailable: a backend could not be asked.
    """
    if not address:
        return []
    # Some databases take "é" for "e"; who reads mail at the one must not pass for the other.
    found = directory.find_by_email(address.lower())
    return [user for user in found if user.email.lower() == address.lower()]
