"""What a client is told about a customer user."""

from __future__ import annotations

from typing import Any

from otalink.customers import provisional
from otalink.customers.types import CustomerUser


def of(customer: CustomerUser, scope: str) -> dict[str, Any]:
    """The claims that a scope opens; `sub` is the login, by which OTOBO and others know the person."""
    wanted = scope.split()
    claims: dict[str, Any] = {"sub": customer.login}
    if "profile" in wanted:
        claims |= {
            "name": customer.full_name,
            "given_name": customer.first_name,
            "family_name": customer.last_name,
            "preferred_username": customer.login,
            "locale": customer.language,
            "zoneinfo": customer.time_zone,
        }
    if "email" in wanted and customer.email:
        claims |= {"email": customer.email, "email_verified": not provisional.is_unproven(customer.login)}
    return {name: value for name, value in claims.items() if value != ""}
