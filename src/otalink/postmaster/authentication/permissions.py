"""What a mail may do that was checked and is not proven to be from its author's domain: three settings say it.

Mail that nobody checked, or whose check could not be finished, may do what mail always could.
"""

from __future__ import annotations

from otalink.desk.types import Proof
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication import in_effect
from otalink.postmaster.delivery import Delivery
from otalink.sysconfig import store
from otalink.sysconfig.declarations import UNPROVEN_CREATE, UNPROVEN_FOLLOW_UP, UNPROVEN_TICKET
from otalink.sysconfig.declarations.senders import AUTO, ON


def is_proven(mail: IncomingMail, delivery: Delivery) -> bool:
    """Whether a mail is proven to be from its author's domain, or an operator vouches for it."""
    return mail.authentication.proof is Proof.PROVEN or delivery.vouched


def why_no_account(mail: IncomingMail, delivery: Delivery) -> str:
    """Why the author of a mail must wait for an agent before they become a customer user; empty where not."""
    chosen = store.get(UNPROVEN_CREATE)
    # Many an honest mail server signs nothing: nobody who asked for no checks is to let each of its people in by hand.
    is_tolerated = chosen == AUTO and mail.authentication.proof is not Proof.DENIED and in_effect.nobody_asked()
    return _refusal(mail, delivery, allowed=chosen == ON or is_tolerated)


def why_no_ticket(mail: IncomingMail, delivery: Delivery) -> str:
    """Why a mail may not open a ticket; empty where it may."""
    return _refusal(mail, delivery, allowed=store.get(UNPROVEN_TICKET))


def follow_up_needs_checks() -> bool:
    """Whether nothing but the checks makes a follow-up its author's own word, once they were made and failed."""
    return not store.get(UNPROVEN_FOLLOW_UP)


def _refusal(mail: IncomingMail, delivery: Delivery, *, allowed: bool) -> str:
    known = mail.authentication
    if known.proof not in {Proof.UNPROVEN, Proof.DENIED} or delivery.vouched or allowed:
        return ""
    return f"not proven to be from {known.domain or 'its author'} ({known.details})"
