"""What a mail may do that was checked and is not proven to be from its author's domain: three settings say it.

Mail that nobody checked, or whose check could not be finished, may do what mail always could.
"""

from __future__ import annotations

from otalink.desk.types import Proof
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.delivery import Delivery
from otalink.sysconfig import store
from otalink.sysconfig.declarations import UNPROVEN_CREATE, UNPROVEN_FOLLOW_UP, UNPROVEN_TICKET
from otalink.sysconfig.setting import Setting


def why_no_account(mail: IncomingMail, delivery: Delivery) -> str:
    """Why the author of a mail must wait for an agent before they become a customer user; empty where not."""
    return _refusal(mail, delivery, UNPROVEN_CREATE)


def why_no_ticket(mail: IncomingMail, delivery: Delivery) -> str:
    """Why a mail may not open a ticket; empty where it may."""
    return _refusal(mail, delivery, UNPROVEN_TICKET)


def is_own_word(mail: IncomingMail, delivery: Delivery) -> bool:
    """Whether a follow-up counts as its author's own word."""
    return not _refusal(mail, delivery, UNPROVEN_FOLLOW_UP)


def _refusal(mail: IncomingMail, delivery: Delivery, allowed: Setting[bool]) -> str:
    known = mail.authentication
    if known.proof not in {Proof.UNPROVEN, Proof.DENIED} or delivery.vouched or store.get(allowed):
        return ""
    return f"not proven to be from {known.domain or 'its author'} ({known.details})"
