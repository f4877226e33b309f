"""The way of a mail: bytes in, one transaction, one outcome. Nothing is lost, and nothing is filed twice."""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, transaction

from otalink.common import prepared_sql
from otalink.customers.addresses import mailbox
from otalink.customers.types import BackendUnavailable
from otalink.desk.current import get_desk, get_mail_desk
from otalink.desk.port import DeskError, DeskUnavailable
from otalink.desk.types import Ticket
from otalink.mail.automatic import is_off
from otalink.mail.incoming import IncomingMail, parse
from otalink.notifications import auto_replies
from otalink.notifications.auto_replies import AutoReply
from otalink.postmaster import (
    age,
    deferrals,
    drafts,
    follow_up,
    journal,
    moderation,
    not_accepted,
    quarantine,
    unasked,
)
from otalink.postmaster.authentication import authenticate, permissions
from otalink.postmaster.claim import Claim
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filing import Filing
from otalink.postmaster.filters import chain
from otalink.postmaster.filters.base import Context, Ignore, Reject
from otalink.postmaster.outcome import Outcome, Result

# Whoever hands mail in finds everything about it here.
__all__ = ["Delivery", "Outcome", "Result", "keep_back", "run"]

# What passes by itself: the database, the disk, the directory or the desk cannot be reached, or memory is short.
TRANSIENT = (OperationalError, InterfaceError, OSError, BackendUnavailable, DeskUnavailable, MemoryError)

log = structlog.get_logger(__name__)


class _AlreadyFiled(Exception):
    """Another intake filed the same mail while we did."""


class _Withheld(Exception):
    """The mail may not open a ticket, since its sender is not proven; an operator decides."""


class _Unwanted(Exception):
    """A pre-filter stopped the mail, and may want its sender told; whatever came before is undone."""

    def __init__(self, result: Result, auto_reply: AutoReply | None) -> None:
        self.result, self.auto_reply = result, auto_reply


def run(raw: bytes, delivery: Delivery | None = None) -> Result:
    """File one mail and say what became of it. Never raises for anything that is in a mail."""
    delivery = delivery or Delivery()
    try:
        mail = parse(raw)
        # Before the transaction: nothing waits for the DNS while it holds a lock.
        mail = replace(mail, authentication=authenticate.of(mail, delivery))
        result = _file(mail, delivery)
    except TRANSIENT as error:
        result = _postponed(raw, delivery, error)
    except _Withheld as error:
        result = keep_back(raw, delivery, str(error))
    except Exception as error:
        if not isinstance(error, DeskError):  # what the desk says it refuses is no bug, and needs no traceback
            log.exception("a mail could not be filed")
        result = keep_back(raw, delivery, f"{type(error).__name__}: {error}")
    else:
        log.info("mail taken in", outcome=result.outcome.value, ticket=result.ticket, message_id=mail.message_id)
    return result


def _file(mail: IncomingMail, delivery: Delivery) -> Result:
    # The one place that decides whether X-OTOBO-* headers count.
    mail = replace(
        mail,
        directives=mail.directives if delivery.trusted else {},
        automatic=_why_automatic(mail, delivery),
    )
    try:
        return _settle(mail, delivery)
    except _AlreadyFiled:
        return _noted(mail, delivery, _duplicate(mail) or Result(Outcome.DUPLICATE))


def _why_automatic(mail: IncomingMail, delivery: Delivery) -> str:
    if delivery.mail_from == "":
        return "null return path"
    # Whoever writes in our own name would be answered by us, to ourselves.
    is_ours = (
        bool(mail.author_address) and not mail.automatic and get_mail_desk().accepts_recipient(mail.author_address)
    )
    return "the desk's own address" if is_ours else mail.automatic


def _settle(mail: IncomingMail, delivery: Delivery) -> Result:
    try:
        with transaction.atomic():
            return _noted(mail, delivery, _duplicate(mail) or _take(mail, delivery))
    except _Unwanted as unwanted:
        with transaction.atomic():
            return _noted(mail, delivery, _refuse(mail, delivery, unwanted))


def _refuse(mail: IncomingMail, delivery: Delivery, unwanted: _Unwanted) -> Result:
    if unwanted.auto_reply is None:
        return unwanted.result
    _claim(mail, "")
    if reason := unasked.why_no_auto_reply(mail, delivery):
        return replace(
            unwanted.result, outcome=Outcome.IGNORED, reason=f"{unwanted.result.reason}; not answered: {reason}"
        )
    auto_replies.queue(unwanted.auto_reply)
    return unwanted.result


def _noted(mail: IncomingMail, delivery: Delivery, result: Result) -> Result:
    """The result, written into the journal."""
    journal.write(journal.about(mail), delivery, result)
    return result


def _duplicate(mail: IncomingMail) -> Result | None:
    filed = prepared_sql.rows(Claim, fingerprint=mail.fingerprint)
    return Result(Outcome.DUPLICATE, filed[0].ticket_number, reason="filed before") if filed else None


def _take(mail: IncomingMail, delivery: Delivery) -> Result:
    """The whole way of a mail that was not filed yet; whatever stops it on the way undoes what came before."""
    filing = Filing(mail.directives)
    if not is_off(filing.directives.get("Ignore", "")):
        return Result(Outcome.IGNORED, reason="X-OTOBO-Ignore")
    ticket = follow_up.find_ticket(mail, delivery) or chain.find_ticket(mail)
    if not ticket and (reason := permissions.why_no_ticket(mail, delivery)):
        raise _Withheld(reason)
    passage = chain.run(mail, Context(ticket, delivery, filing))
    if passage.stopped:
        may_reply = not delivery.archived and not age.is_too_old(mail, delivery)
        raise _unwanted(passage.stopped, passage.acted, may_reply=may_reply)
    if ticket:
        result = _add_to(ticket, passage.mail, passage.filing, delivery)
    else:
        result = _open(passage.mail, passage.filing, delivery)
    return replace(result, acted=passage.acted)


def _open(mail: IncomingMail, filing: Filing, delivery: Delivery) -> Result:
    routing = drafts.routing_of(mail, filing, delivery)
    withheld = unasked.why_no_answer(mail, delivery) if routing.notify else ""
    routing = replace(routing, notify=routing.notify and not withheld)
    ticket, refused = not_accepted.create_ticket(drafts.draft_of(mail), routing)
    if withheld:
        get_desk().record_withheld(ticket.number, withheld)
    moderation.note(ticket.number, mail, filing)
    _claim(mail, ticket.number, notified_mailbox=mailbox(mail.author_address) if routing.notify else "")
    reasons = (refused, mail.automatic or (f"not answered: {withheld}" if withheld else ""))
    return Result(Outcome.NEW_TICKET, ticket.number, routing.customer_login, "; ".join(filter(None, reasons)))


def _add_to(ticket: Ticket, mail: IncomingMail, filing: Filing, delivery: Delivery) -> Result:
    standing = drafts.standing_of(mail, filing, delivery, ticket)
    draft = replace(drafts.draft_of(mail), standing=standing, visible_for_customer=standing.is_own)
    get_mail_desk().add_follow_up(ticket.number, draft, notify=drafts.is_notified(mail, filing, delivery))
    _claim(mail, ticket.number)
    reason = mail.automatic or (f"not shown to the customer: {standing.reason}" if standing.reason else "")
    return Result(Outcome.FOLLOW_UP, ticket.number, ticket.customer_login, reason)


def _claim(mail: IncomingMail, ticket_number: str, notified_mailbox: str = "") -> None:
    try:
        prepared_sql.insert(
            Claim(fingerprint=mail.fingerprint, ticket_number=ticket_number, notified_mailbox=notified_mailbox[:255])
        )
    except IntegrityError as error:
        raise _AlreadyFiled from error


def _unwanted(stopped: Ignore | Reject, acted: tuple[str, ...], *, may_reply: bool) -> _Unwanted:
    if isinstance(stopped, Ignore):
        return _Unwanted(Result(Outcome.IGNORED, reason=stopped.reason, acted=acted), None)
    auto_reply = stopped.auto_reply if may_reply else None
    outcome = Outcome.AUTO_REPLIED if auto_reply else Outcome.REJECTED
    return _Unwanted(Result(outcome, reason=stopped.reason, acted=acted), auto_reply)


def keep_back(raw: bytes, delivery: Delivery, reason: str) -> Result:
    """Put a mail into quarantine, for an operator to look at."""
    try:
        item_id = quarantine.keep(raw, delivery, reason)
    except OSError as error:
        return _try_later(error)
    log.warning("mail quarantined", id=item_id, reason=reason)
    result = Result(Outcome.QUARANTINED, reason=f"{reason} (quarantine {item_id})", quarantine_id=item_id)
    journal.write_if_possible(journal.about_bytes(raw), delivery, result)
    return result


def _postponed(raw: bytes, delivery: Delivery, error: BaseException) -> Result:
    """Try later; but what was tried for days is kept, before whoever sends it gives up."""
    result = _try_later(error)
    if deferrals.is_over(raw):
        kept = keep_back(raw, delivery, f"tried for days: {result.reason}")
        if kept.outcome is Outcome.QUARANTINED:
            deferrals.forget(raw)
        return kept
    if not isinstance(error, DatabaseError | InterfaceError):  # what just failed us is not asked again
        journal.write_if_possible(journal.about_bytes(raw), delivery, result)
    return result


def _try_later(error: BaseException) -> Result:
    log.warning("mail not taken now", error=f"{type(error).__name__}: {error}")
    return Result(Outcome.TRY_LATER, reason=f"{type(error).__name__}: {error}")
