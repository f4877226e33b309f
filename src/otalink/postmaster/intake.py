"""The way of a mail: bytes in, one transaction, one outcome. Nothing is lost, and nothing is filed twice."""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from otalink.customers.types import BackendUnavailable
from otalink.desk.current import get_desk
from otalink.desk.port import DeskError, DeskUnavailable
from otalink.desk.types import Ticket
from otalink.postmaster import follow_up, quarantine
from otalink.postmaster.automatic import is_off
from otalink.postmaster.drafts import draft_of, routing_of
from otalink.postmaster.filters import chain
from otalink.postmaster.filters.base import Context, Continue, Ignore
from otalink.postmaster.mail import IncomingMail, parse
from otalink.postmaster.models import Claim
from otalink.postmaster.outcome import Envelope, Outcome, Result

# Whoever hands mail in finds everything about it here.
__all__ = ["Envelope", "Outcome", "Result", "keep_back", "run"]

# What passes by itself: the database, the disk, the directory or the desk cannot be reached, or memory is short.
TRANSIENT = (OperationalError, InterfaceError, OSError, BackendUnavailable, DeskUnavailable, MemoryError)

log = structlog.get_logger(__name__)


class _AlreadyFiled(Exception):
    """Another intake filed the same mail while we did."""


def run(raw: bytes, envelope: Envelope | None = None, *, trusted: bool = False) -> Result:
    """File one mail and say what became of it. Never raises for anything that is in a mail.

    `trusted` is whether the mail's X-OTOBO-* headers may be believed.
    """
    envelope = envelope or Envelope()
    try:
        mail = parse(raw)
        result = _file(mail, envelope, trusted=trusted)
    except TRANSIENT as error:
        result = _try_later(error)
    except Exception as error:
        if not isinstance(error, DeskError):  # what the desk says it refuses is no bug, and needs no traceback
            log.exception("a mail could not be filed")
        result = keep_back(raw, envelope, f"{type(error).__name__}: {error}", trusted=trusted)
    else:
        log.info("mail taken in", outcome=result.outcome.value, ticket=result.ticket, message_id=mail.message_id)
    return result


def keep_back(raw: bytes, envelope: Envelope, reason: str, *, trusted: bool) -> Result:
    """Put a mail into quarantine, for an operator to look at."""
    try:
        item_id = quarantine.keep(raw, envelope, reason, trusted=trusted)
    except OSError as error:
        return _try_later(error)
    log.warning("mail quarantined", id=item_id, reason=reason)
    return Result(Outcome.QUARANTINED, reason=f"{reason} (quarantine {item_id})")


def _try_later(error: BaseException) -> Result:
    log.warning("mail not taken now", error=f"{type(error).__name__}: {error}")
    return Result(Outcome.TRY_LATER, reason=f"{type(error).__name__}: {error}")


def _file(mail: IncomingMail, envelope: Envelope, *, trusted: bool) -> Result:
    # The one place that decides whether X-OTOBO-* headers count.
    mail = replace(
        mail,
        directives=mail.directives if trusted else {},
        automatic="null return path" if envelope.mail_from == "" else mail.automatic,
    )
    try:
        with transaction.atomic():
            return _duplicate(mail) or _take(mail, envelope)
    except _AlreadyFiled:
        return _duplicate(mail) or Result(Outcome.DUPLICATE)


def _duplicate(mail: IncomingMail) -> Result | None:
    numbers = list(Claim.objects.filter(pk=mail.fingerprint).values_list("ticket_number", flat=True))
    return Result(Outcome.DUPLICATE, numbers[0], reason="filed before") if numbers else None


def _take(mail: IncomingMail, envelope: Envelope) -> Result:
    if not is_off(mail.directives.get("Ignore", "")):
        return Result(Outcome.IGNORED, reason="X-OTOBO-Ignore")
    ticket = follow_up.find_ticket(mail)
    verdict = chain.run(mail, Context(is_new_ticket=ticket is None, automatic=mail.automatic))
    if not isinstance(verdict, Continue):
        # Nobody is made a customer user by a mail that nobody wants.
        transaction.set_rollback(True)
        return Result(Outcome.IGNORED if isinstance(verdict, Ignore) else Outcome.REJECTED, reason=verdict.reason)
    result = _add_to(ticket, verdict.mail) if ticket else _open(verdict.mail, envelope)
    _claim(mail, result.ticket)
    return result


def _open(mail: IncomingMail, envelope: Envelope) -> Result:
    routing = routing_of(mail, envelope)
    ticket = get_desk().create_ticket(draft_of(mail), routing)
    return Result(Outcome.NEW_TICKET, ticket.number, routing.customer_login, mail.automatic)


def _add_to(ticket: Ticket, mail: IncomingMail) -> Result:
    by_customer = follow_up.is_by_customer(mail, ticket)
    # Somebody else may have been forwarded the mail: what they write is for the agents, and signs nobody in.
    draft = replace(draft_of(mail), visible_for_customer=by_customer)
    get_desk().add_follow_up(ticket.number, draft, answer=not mail.automatic)
    return Result(Outcome.FOLLOW_UP, ticket.number, ticket.customer_login, mail.automatic)


def _claim(mail: IncomingMail, ticket_number: str) -> None:
    try:
        Claim.objects.create(fingerprint=mail.fingerprint, ticket_number=ticket_number)
    except IntegrityError as error:
        raise _AlreadyFiled from error
