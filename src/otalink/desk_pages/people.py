"""What agents decide about people: who is let in, and who takes part in a ticket."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from otalink.agents.sign_in import agents_only
from otalink.customers import admission
from otalink.customers.types import BackendReadOnly, BackendUnavailable, CustomerUserUnknown
from otalink.desk.current import get_agent_desk, get_ticket
from otalink.desk_pages.tickets import ticket_or_404, ticket_page
from otalink.sysconfig.setting import InvalidValue

_UNAVAILABLE = "The directory of customer users does not answer. Please try again later."


@require_POST
@agents_only
def admit(request: HttpRequest, number: str) -> HttpResponseBase:
    """Let the sender in who waits on this ticket; whoever is not waiting any more was let in by somebody else."""
    ticket_or_404(number)
    try:
        admission.admit(number)
    except CustomerUserUnknown:
        return redirect("desk:ticket", number=number)
    except (BackendReadOnly, LookupError) as error:
        return ticket_page(request, number, admit_error=f"They cannot be let in: {error}.")
    except BackendUnavailable:
        return ticket_page(request, number, admit_error=_UNAVAILABLE)
    return redirect("desk:ticket", number=number)


@require_POST
@agents_only
def add(request: HttpRequest, number: str) -> HttpResponseBase:
    """Let somebody take part, by address; they are mailed a link of their own."""
    ticket_or_404(number)
    address = request.POST.get("address", "").replace("\0", "").strip()
    try:
        take_in(number, address)
    except InvalidValue as error:
        return ticket_page(request, number, people_error=f"{str(error)[:1].upper()}{str(error)[1:]}.")
    except (BackendReadOnly, LookupError) as error:
        return ticket_page(request, number, people_error=f"They cannot be added: {error}.")
    except BackendUnavailable:
        return ticket_page(request, number, people_error=_UNAVAILABLE)
    return redirect(f"{reverse('desk:ticket', args=[number])}#participants")


@transaction.atomic
def take_in(number: str, address: str) -> str:
    """Let the customer user of an address take part, made if there is none; returns the login.

    Raises:
        TicketNotFound
        InvalidValue: no address, a disabled customer user, or the ticket's own.
        BackendReadOnly, BackendUnavailable, LookupError
    """
    ticket = get_ticket(number)
    login = admission.invite(address).login
    if login == ticket.customer_login:
        raise InvalidValue(f"the ticket is {login}'s own")
    get_agent_desk().add_participant(number, login)
    return login


@require_POST
@agents_only
def remove(request: HttpRequest, number: str) -> HttpResponseBase:
    """End somebody's part: their links and sessions open the ticket no more, from this moment."""
    get_agent_desk().remove_participant(ticket_or_404(number).number, request.POST.get("login", ""))
    return redirect(f"{reverse('desk:ticket', args=[number])}#participants")
