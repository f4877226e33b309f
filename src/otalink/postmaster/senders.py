"""Who, among the customer users, wrote a mail, and whom its author becomes where nobody did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.customers.names import split_name
from otalink.customers.types import DEFAULT_BACKEND, CustomerUser
from otalink.desk.current import get_desk
from otalink.mail.incoming import IncomingMail
from otalink.tokens.models import Token, TokenState

_WITHIN = timedelta(days=1)
# Somebody in whose name thousands of tickets are opened must not make each further one slower.
_MOST_TICKETS = 50


def customer_users_of(address: str) -> list[CustomerUser]:
    """Everybody with exactly that address, however it is written, over all backends, invalid ones included.

    Raises:
        BackendUnavailable: a backend could not be asked.
    """
    return directory.find_by_email(address) if address else []


def has_password(address: str) -> bool:
    """Whether a customer user of that address signs in with a password.

    Raises:
        BackendUnavailable
    """
    return any(user.has_password for user in customer_users_of(address))


def last_opened(address: str) -> datetime | None:
    """When somebody redeemed a link of that address's customer users within a day; None where nobody did.

    Looks at the tickets that changed last.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    logins = [user.login for user in customer_users_of(address)]
    numbers = [ticket.number for login in logins for ticket in get_desk().tickets_of(login, _MOST_TICKETS)]
    redeemed = Token.objects.filter(
        ticket_number__in=numbers,
        customer_login__in=logins,
        state=TokenState.REDEEMED,
        changed__gt=timezone.now() - _WITHIN,
    )
    return redeemed.order_by("-changed").values_list("changed", flat=True).first()


def newcomer(mail: IncomingMail, backend: str = DEFAULT_BACKEND) -> CustomerUser:
    """Whom the author of a mail becomes: login, e-mail and customer ID are the address."""
    address = normal(mail.author_address)
    first_name, last_name = split_name(mail.author_name, mail.author_address)
    return CustomerUser(address, address, address, first_name, last_name, language=mail.language, backend=backend)
