"""The way of a mail: bytes in, one transaction, one outcome. Nothing is lost, and nothing is filed twice."""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, transaction

from otalink.common import prepared_sql
from otalink.customers.addresses import mailbox
from otalink.customers.types import BackendUnavailable
from otalink.desk.current import get_desk
from otalink.desk.port import DeskError, DeskUnavailable
from otalink.desk.types import Ticket
from otalink.mail.automatic import is_off
from otalink.mail.incoming import IncomingMail, parse
from otalink.notifications import auto_replies
from otalink.notifications.auto_replies import Answer
from otalink.postmaster import deferrals, follow_up, holding, journal, quarantine
from otalink.postmaster.authentication import authenticate, permissions
from otalink.postmaster.drafts import draft_of, routing_of
from otalink.postmaster.filters import chain
from otalink.postmaster.filters.base import Context, Continue, Ignore, Reject
from otalink.postmaster.models import Claim
from otalink.postmaster.outcome import Envelope, Outcome, Result

# Whoever hands mail in finds everything about it here.
__all__ = ["Envelope", "Outcome", "Result", "keep_back", "run"]

# What passes by itself: the database, the disk, the directory or the desk cannot be reached, or memory is short.
TRANSIENT = (OperationalError, InterfaceError, OSError, BackendUnavailable, DeskUnavailable, MemoryError)

log = structlog.get_logger(__name__)


class _AlreadyFiled(Exception):
    """Another intake filed the same mail while we did."""


class _Withheld(Exception):
    """The mail may not open a ticket, since its sender is not proven; an operator decides."""


class _Unwanted(Exception):
    """A pre-filter stopped the mail, and may want its sender answered; whatever came before is undone."""

    def __init__(self, result: Result, answer: Answer | None) -> None:
        self.result, self.answer = result, answer


def run(raw: bytes, envelope: Envelope | None = None, *, trusted: bool = False) -> Result:
    """File one mail and say what became of it. Never raises for anything that is in a mail.

    `trusted` is whether the mail's X-OTOBO-* headers may be believed.
    """
    envelope = envelope or Envelope()
    try:
        mail = parse(raw)
        # Before the transaction: nothing waits for the DNS while it holds a lock.
        mail = replace(mail, authentication=authenticate.of(mail, envelope))
        result = _file(mail, envelope, trusted=trusted)
    except TRANSIENT as error:
        result = _postponed(raw, envelope, error, trusted=trusted)
    except _Withheld as error:
        result = keep_back(raw, envelope, str(error), trusted=trusted)
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
    result = Result(Outcome.QUARANTINED, reason=f"{reason} (quarantine {item_id})", quarantine_id=item_id)
    journal.write_if_possible(journal.about_bytes(raw), envelope, result)
    return result


def _postponed(raw: bytes, envelope: Envelope, error: BaseException, *, trusted: bool) -> Result:
    """Try later; but what was tried for days is kept, before whoever sends it gives up."""
    result = _try_later(error)
    if deferrals.is_over(raw):
        kept = keep_back(raw, envelope, f"tried for days: {result.reason}", trusted=trusted)
        if kept.outcome is Outcome.QUARANTINED:
            deferrals.forget(raw)
        return kept
    if not isinstance(error, DatabaseError | InterfaceError):  # what just failed us is not asked again
        journal.write_if_possible(journal.about_bytes(raw), envelope, result)
    return result


def _try_later(error: BaseException) -> Result:
    log.warning("mail not taken now", error=f"{type(error).__name__}: {error}")
    return Result(Outcome.TRY_LATER, reason=f"{type(error).__name__}: {error}")


def _file(mail: IncomingMail, envelope: Envelope, *, trusted: bool) -> Result:
    # The one place that decides whether X-OTOBO-* headers count.
    mail = replace(
        mail,
        directives=mail.directives if trusted else {},
        automatic=_why_automatic(mail, envelope),
    )
    try:
        return _settle(mail, envelope)
    except _AlreadyFiled:
        return _noted(mail, envelope, _duplicate(mail) or Result(Outcome.DUPLICATE))


def _why_automatic(mail: IncomingMail, envelope: Envelope) -> str:
    if envelope.mail_from == "":
        return "null return path"
    # Whoever writes in our own name would be answered by us, to ourselves.
    is_ours = bool(mail.author_address) and not mail.automatic and get_desk().accepts_recipient(mail.author_address)
    return "the desk's own address" if is_ours else mail.automatic


def _settle(mail: IncomingMail, envelope: Envelope) -> Result:
    try:
        with transaction.atomic():
            return _noted(mail, envelope, _duplicate(mail) or _take(mail, envelope))
    except _Unwanted as unwanted:
        with transaction.atomic():
            if unwanted.answer:
                _claim(mail, "")
                auto_replies.queue(unwanted.answer)
            return _noted(mail, envelope, unwanted.result)


def _noted(mail: IncomingMail, envelope: Envelope, result: Result) -> Result:
    """The result, written into the journal."""
    journal.write(journal.about(mail), envelope, result)
    return result


def _duplicate(mail: IncomingMail) -> Result | None:
    filed = prepared_sql.rows(Claim, fingerprint=mail.fingerprint)
    return Result(Outcome.DUPLICATE, filed[0].ticket_number, reason="filed before") if filed else None


def _take(mail: IncomingMail, envelope: Envelope) -> Result:
    if not is_off(mail.directives.get("Ignore", "")):
        return Result(Outcome.IGNORED, reason="X-OTOBO-Ignore")
    ticket = follow_up.find_ticket(mail) or chain.find_ticket(mail)
    if not ticket and (reason := permissions.why_no_ticket(mail, envelope)):
        raise _Withheld(reason)
    passage = chain.run(mail, Context(ticket is None, mail.automatic, ticket, envelope))
    verdict = passage.verdict
    if not isinstance(verdict, Continue):
        # Nobody is made a customer user by a mail that nobody wants.
        raise _unwanted(verdict, passage.acted, may_answer=not envelope.archived)
    result = _add_to(ticket, verdict.mail, envelope) if ticket else _open(verdict.mail, envelope)
    return replace(result, acted=passage.acted)


def _unwanted(verdict: Ignore | Reject, acted: tuple[str, ...], *, may_answer: bool) -> _Unwanted:
    if isinstance(verdict, Ignore):
        return _Unwanted(Result(Outcome.IGNORED, reason=verdict.reason, acted=acted), None)
    answer = verdict.answer if may_answer else None
    outcome = Outcome.ANSWERED if answer else Outcome.REJECTED
    return _Unwanted(Result(outcome, reason=verdict.reason, acted=acted), answer)


def _open(mail: IncomingMail, envelope: Envelope) -> Result:
    routing = routing_of(mail, envelope)
    ticket = get_desk().create_ticket(draft_of(mail), routing)
    holding.keep(mail, ticket.number)
    _claim(mail, ticket.number, answered_to=mailbox(mail.author_address) if routing.answer else "")
    return Result(Outcome.NEW_TICKET, ticket.number, routing.customer_login, mail.automatic)


def _add_to(ticket: Ticket, mail: IncomingMail, envelope: Envelope) -> Result:
    is_own = permissions.is_own_word(mail, envelope)
    draft = replace(draft_of(mail), visible_for_customer=is_own and follow_up.is_visible(mail, ticket))
    get_desk().add_follow_up(ticket.number, draft, answer=is_own and not mail.automatic and not envelope.archived)
    _claim(mail, ticket.number)
    return Result(Outcome.FOLLOW_UP, ticket.number, ticket.customer_login, mail.automatic)


def _claim(mail: IncomingMail, ticket_number: str, answered_to: str = "") -> None:
    try:
        prepared_sql.insert(
            Claim(fingerprint=mail.fingerprint, ticket_number=ticket_number, answered_to=answered_to[:255])
        )
    except IntegrityError as error:
        raise _AlreadyFiled from error
