"""Who, among the customer users, wrote a mail, and whom its author becomes where nobody did."""

from __future__ import annotations

from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.customers.names import split_name
from otalink.customers.types import DEFAULT_BACKEND, CustomerUser
from otalink.mail.incoming import IncomingMail


def customer_users_of(address: str) -> list[CustomerUser]:
    """Everybody with exactly that address, however it is written, over all backends, invalid ones included.

    Raises:
        BackendUnavailable: a backend could not be asked.
    """
    return directory.find_by_email(address) if address else []


def newcomer(mail: IncomingMail, backend: str = DEFAULT_BACKEND) -> CustomerUser:
    """Whom the author of a mail becomes: login, e-mail and customer ID are the address."""
    address = normal(mail.author_address)
    first_name, last_name = split_name(mail.author_name, mail.author_address)
    return CustomerUser(address, address, address, first_name, last_name, language=mail.language, backend=backend)
