"""Mail that nobody asked for: what a mail that is not proven makes us send, of which a mailbox gets one a day at most.

The one place that says so, for answers to new tickets and for auto-replies alike. Whoever opened the link of the last
such mail has asked for the next; with proven mail, they asked by writing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from otalink.customers.addresses import domain, mailbox
from otalink.limits import rate_limits
from otalink.limits.rate_limits import UNASKED_PER_MAILBOX, UNASKED_REFUSALS, UNASKED_REFUSALS_PER_DOMAIN
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication import permissions
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.senders import last_opened
from otalink.sysconfig import store
from otalink.sysconfig.declarations import FREEMAIL_DOMAINS

_ENOUGH = "one mail a day that nobody proved to have asked for"


def why_no_answer(
    mail: IncomingMail, delivery: Delivery, opened: Callable[[str], datetime | None] = last_opened
) -> str:
    """Why the author of a mail is not answered now; empty where they are, which counts that answer.

    Belongs into the transaction that has the answer sent. `opened` says when somebody opened a link of theirs.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    return "" if permissions.is_proven(mail, delivery) or _take(mail.author_address, opened) else _ENOUGH


def why_no_auto_reply(mail: IncomingMail, delivery: Delivery) -> str:
    """The same for an auto-reply to a mail that became no ticket, of which there are only so many an hour besides."""
    if permissions.is_proven(mail, delivery):
        return ""
    if not _take_refusal(domain(mail.author_address)):
        return "enough unproven mail was refused with an auto-reply within an hour"
    return why_no_answer(mail, delivery)


def _take(address: str, opened: Callable[[str], datetime | None]) -> bool:
    box = mailbox(address)
    if rate_limits.take(UNASKED_PER_MAILBOX, box):
        return True
    last = opened(address)
    return last is not None and rate_limits.restart(UNASKED_PER_MAILBOX, box, before=last)


def _take_refusal(sender_domain: str) -> bool:
    # At a freemail provider a domain says nothing about who somebody is.
    is_freemail = sender_domain in store.get(FREEMAIL_DOMAINS).split()
    if not is_freemail and not rate_limits.take(UNASKED_REFUSALS_PER_DOMAIN, sender_domain):
        return False
    return rate_limits.take(UNASKED_REFUSALS, "")
