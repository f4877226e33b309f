"""A link by mail for whoever asks on the sign-in page."""

from __future__ import annotations

from django.tasks import task

from otalink.desk.current import get_desk
from otalink.notifications.refresh import request_refresh
from otalink.portal.passwords import find_people
from otalink.tokens import access


# A task of its own: the page answers equally fast whether anybody has that address or not.
@task()
def mail_link(address: str, ticket_number: str) -> None:
    """Mail everybody of that address a link to the ticket they ask for, or else to the one that changed last."""
    for person in find_people(address):
        numbers = [ticket.number for ticket in get_desk().tickets_of(person.login)]
        ended = get_desk().access_ended(numbers, access.closed_before())
        alive = [number for number in numbers if number not in ended]
        if alive:
            request_refresh(ticket_number if ticket_number in alive else alive[0], person.login)
