"""What becomes of a mail that OTOBO filed: in one transaction with the note that it was looked at.

Customer users of ours are made in it, waiting senders and what is to be done in OTOBO are kept in it, so that whatever
kills us makes nobody twice and loses nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from otalink.customers import pending
from otalink.customers.addresses import mailbox, normal
from otalink.desk.types import NOT_CHECKED, Authentication, HistoryType, Standing
from otalink.otobo import mirror, ticket_changes
from otalink.otobo.models import Arrival, MirrorEntry
from otalink.otobo.people import opinion
from otalink.otobo.people.opinion import NOT_STORED, Opinion
from otalink.otobo.reading.raw_mails import Envelope
from otalink.otobo.replies import queue as notes
from otalink.postmaster import drafts, moderation, unasked
from otalink.postmaster.claim import Claim
from otalink.postmaster.filing import Filing
from otalink.postmaster.filters import chain

# Of a follow-up that could not be read: agents see it, the customer's page does not show it.
UNREADABLE = Standing.UNPROVEN


def settle(arrival: Arrival, raw: bytes | None, envelope: Envelope, hold: Callable[[], None]) -> None:
    """Look at a mail and do what follows; `raw` is None where OTOBO never stored it, `hold` begins the transaction.

    Raises:
        DeskUnavailable, BackendUnavailable, django.db.Error, and whatever `hold` raises
    """
    found = opinion.of(arrival, raw, envelope)
    with transaction.atomic():
        hold()
        if found is None:
            note(arrival, notify=False)
        elif arrival.type == HistoryType.NEW_TICKET:
            note(arrival, notify=_take_new(found), known=found.mail.authentication)
        else:
            note(arrival, notify=_take_follow_up(found), known=found.mail.authentication, standing=found.standing)


def note(
    arrival: Arrival, *, notify: bool, known: Authentication = NOT_CHECKED, standing: Standing = Standing.OWN
) -> None:
    """Keep with an arrival that it was looked at, and what that gave."""
    arrival.looked_at, arrival.notify = timezone.now(), notify
    arrival.standing = standing if arrival.type == HistoryType.FOLLOW_UP else Standing.OWN
    arrival.proof, arrival.proven_domain, arrival.proof_details = known.proof, known.domain[:255], known.details[:500]
    arrival.save(update_fields=["looked_at", "notify", "standing", "proof", "proven_domain", "proof_details"])


def _take_follow_up(found: Opinion) -> bool:
    """Do what follows from a follow-up; whether its author is told anything."""
    mail, delivery = found.mail, found.context.delivery
    if not found.passage.stopped:
        chain.finish(found.passage, found.context)
    if not found.standing.is_own and not mail.automatic:
        notes.add_note(found.found, "Not shown to the customer", _about(found, found.standing.reason))
    is_told = drafts.is_notified(mail, found.passage.filing, delivery)
    return found.standing.is_own and is_told and not found.refusal


def _take_new(found: Opinion) -> bool:
    """Do what follows from a mail that opened a ticket; whether its author is told of it now."""
    filing = _finished(found)
    answered = _is_answered(found, filing)
    if found.is_repeated or found.passage.stopped:
        return _move(found, filing, answers=False) and answered
    _keep_waiting(found, filing)
    if found.refusal != NOT_STORED:
        box = mailbox(found.mail.author_address)[:255] if answered else ""
        values = {"ticket_number": found.found.ticket.number, "notified_mailbox": box}
        Claim.objects.update_or_create(fingerprint=found.mail.fingerprint, defaults=values)
    if not found.is_answered_before:
        ticket_changes.set_fields(found.found, filing.directives)
    return _move(found, filing, answers=answered) and answered


def _finished(found: Opinion) -> Filing:
    filing = found.passage.filing
    if found.passage.stopped or found.is_repeated:
        return filing
    if found.refusal:
        filing = replace(filing, hold=filing.hold or found.refusal)
    return chain.finish(replace(found.passage, filing=filing), found.context).filing


def _is_answered(found: Opinion, filing: Filing) -> bool:
    if found.refusal or found.is_repeated or not drafts.is_answered(found.mail, filing, found.context.delivery):
        if found.refusal == NOT_STORED and not filing.hold:
            _withhold(found, found.refusal)
        return False
    if found.is_answered_before:
        return found.was_notified
    withheld = unasked.why_no_answer(found.mail, found.context.delivery, lambda _: found.last_opened)
    if withheld:
        _withhold(found, withheld)
    return not withheld


def _withhold(found: Opinion, reason: str) -> None:
    ticket = found.found
    step = MirrorEntry(
        ticket_id=ticket.id,
        ticket_number=ticket.ticket.number,
        type=HistoryType.ANSWER_WITHHELD,
        notify=False,
        text=reason,
        created=timezone.now(),
    )
    mirror.add([step])
    notes.add_note(ticket, "No answer was sent", _about(found, reason))


def _keep_waiting(found: Opinion, filing: Filing) -> None:
    number = found.found.ticket.number
    waits = pending.find(number) if filing.hold and filing.newcomer else None
    if waits and filing.newcomer and waits.address != filing.newcomer.email:
        # After a restored backup a number is given out again: whoever answers now must not let in who waited before.
        pending.forget([number])
        waits = None
    if filing.hold and filing.newcomer and waits is None:
        moderation.note(number, found.mail, filing)
        if pending.find(number):
            text = f"{filing.hold}. Who answers lets them in."
            notes.add_note(found.found, "The sender waits for an agent", _about(found, text))


def _move(found: Opinion, filing: Filing, *, answers: bool) -> bool:
    """Have a ticket put right that is filed under somebody else than its author; whether it is theirs already.

    Whom OTOBO took for its customer is told nothing meanwhile; its author is told once it is theirs.
    """
    login, before = filing.directives.get("CustomerUser", ""), found.found.ticket.customer_login
    if not found.may_move or not login or login.lower() == before or before in found.own_logins:
        return True
    customer_id = filing.directives.get("CustomerNo", "") or login
    ticket_changes.move(found.found, login, customer_id, answers=answers)
    if before and normal(before) not in {normal(login), normal(found.mail.author_address)}:
        text = f"It was filed under {before}, who did not write it. It is put right to {login}."
        notes.add_note(found.found, "Filed under somebody else", _about(found, text))
    return False


def _about(found: Opinion, text: str) -> str:
    return f"Mail from {found.mail.author_address or 'nobody'}: {text}"
