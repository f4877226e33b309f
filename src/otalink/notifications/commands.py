"""Handlers of commands about who is answered."""

from __future__ import annotations

from otalink.notifications import admission


def admit(ticket: str) -> dict[str, str]:
    """Make the sender who waits on a ticket a customer user; the answer follows by itself.

    Raises:
        CustomerUserUnknown: nobody waits there.
        BackendReadOnly, BackendUnavailable
    """
    customer = admission.admit(ticket)
    return {"ticket": ticket, "customer_user": customer.login}
