"""What we think of a mail that OTOBO filed, before anything is done about it: asks other systems, and writes nothing.

But for one thing: filters that only ever confirm what a mail shows anyhow do so here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from otalink.desk.types import Authentication, HistoryType, Proof, Standing
from otalink.mail.incoming import IncomingMail, parse
from otalink.mail.mailboxes import mailboxes
from otalink.otobo import facts
from otalink.otobo.models import Arrival
from otalink.otobo.reading import history, queues, tickets
from otalink.otobo.reading.raw_mails import Envelope
from otalink.otobo.reading.tickets import OtoboTicket
from otalink.postmaster import drafts, senders
from otalink.postmaster.authentication import authenticate, permissions
from otalink.postmaster.claim import Claim
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filters import chain
from otalink.postmaster.filters.base import Context
from otalink.postmaster.filters.chain import Passage
from otalink.postmaster.senders import customer_users_of

_NEVER_CAME = Authentication(Proof.UNDECIDED, "", "OTOBO stored no raw mail")
NOT_STORED = "OTOBO stored no raw mail, so nothing shows who wrote it"


@dataclass(frozen=True)
class Opinion:
    """A mail, how it came, and what the pre-filters say of it.

    `refusal` is why nobody is told and nobody made, empty where that is not so. `is_repeated` is whether the same mail
    is a ticket already, `is_answered_before` whether our own intake passed it on to OTOBO. `may_move` is whether its
    ticket may become somebody else's: not once somebody said whose it is. `own_logins` are those of its author, in
    lower case, and `last_opened` is when they opened a link of ours.
    """

    found: OtoboTicket
    context: Context
    passage: Passage
    standing: Standing = Standing.OWN
    refusal: str = ""
    is_repeated: bool = False
    is_answered_before: bool = False
    was_notified: bool = False
    may_move: bool = False
    own_logins: frozenset[str] = frozenset()
    last_opened: datetime | None = None

    @property
    def mail(self) -> IncomingMail:
        """The mail as the pre-filters left it."""
        return self.passage.mail


def of(arrival: Arrival, raw: bytes | None, envelope: Envelope) -> Opinion | None:
    """What to make of a mail; None where its ticket is gone. `raw` is None where OTOBO never stored it.

    Raises:
        DeskUnavailable, BackendUnavailable, django.db.Error
    """
    found = tickets.find_by_id(arrival.ticket_id)
    if found is None:
        return None
    is_new = arrival.type == HistoryType.NEW_TICKET
    delivery = Delivery(source="OTOBO", taken=arrival.seen)
    mail = _read(raw, envelope, delivery)
    passage, refusal = _look(mail, Context(None if is_new else found.ticket, delivery))
    opinion = Opinion(found, Context(None if is_new else found.ticket, delivery), passage, refusal=refusal)
    if raw is None:
        opinion = replace(opinion, refusal=NOT_STORED)
    if not is_new:
        standing = drafts.standing_of(passage.mail, passage.filing, delivery, found.ticket)
        return replace(opinion, standing=Standing.UNPROVEN if raw is None and standing.is_own else standing)
    return _of_new_ticket(arrival, opinion)


def _read(raw: bytes | None, envelope: Envelope, delivery: Delivery) -> IncomingMail:
    if raw is None:
        author = next(mailboxes(envelope.sender), None)
        mail = replace(parse(b""), author_address=author.address if author else "", subject=envelope.subject)
        return replace(mail, author_name=author.name if author else "", authentication=_NEVER_CAME)
    # OTOBO alone decides whether it believes X-OTOBO-* headers; what they say of the author proves nothing to us.
    mail = replace(parse(raw), directives={})
    if not mail.automatic and queues.accepts(mail.author_address):
        mail = replace(mail, automatic="the desk's own address")
    return replace(mail, authentication=authenticate.of(mail, delivery))


def _look(mail: IncomingMail, context: Context) -> tuple[Passage, str]:
    passage = chain.look(mail, context)
    if passage.stopped:
        return passage, f"a pre-filter does not want it: {passage.stopped.reason}"
    if context.is_new_ticket and (reason := permissions.why_no_ticket(mail, context.delivery)):
        return passage, reason
    return passage, ""


def _of_new_ticket(arrival: Arrival, opinion: Opinion) -> Opinion:
    mail, found = opinion.mail, opinion.found
    is_stored = opinion.refusal != NOT_STORED
    claim = Claim.objects.filter(fingerprint=mail.fingerprint).first() if is_stored else None
    # A ticket that is lost, as with a restored backup, is made again; our own intake knows no number yet.
    earlier = claim.ticket_number if claim else ""
    is_repeated = bool(earlier) and earlier != found.ticket.number and tickets.find(earlier) is not None
    changed = history.newest({found.id}, {facts.CUSTOMER_UPDATE}).get(found.id, 0)
    return replace(
        opinion,
        is_repeated=is_repeated,
        is_answered_before=claim is not None and not earlier,
        was_notified=claim is not None and bool(claim.notified_mailbox),
        may_move=is_stored and changed < arrival.history_id,
        own_logins=frozenset(user.login.lower() for user in customer_users_of(mail.author_address)),
        last_opened=senders.last_opened(mail.author_address) if _may_be_unasked(opinion) else None,
    )


def _may_be_unasked(opinion: Opinion) -> bool:
    return bool(opinion.mail.author_address) and not permissions.is_proven(opinion.mail, opinion.context.delivery)
