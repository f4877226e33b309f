"""How old a mail is: nobody is answered who wrote days ago, however the mail came here.

What counts is when the mail last reached a mail server, as the topmost `Received` says: it is the nearest server's own
word, so that a wrong clock or a forged `Date` neither keeps an answer back nor brings one on. `Date` counts where there
is none. A mailbox that says when a mail came into it may only make the mail older: who moves mail makes it look new.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from otalink.mail.incoming import IncomingMail
from otalink.postmaster.delivery import Delivery
from otalink.sysconfig import store
from otalink.sysconfig.declarations import ANSWER_DAYS


def is_too_old(mail: IncomingMail, delivery: Delivery) -> bool:
    """Whether it is too late to answer a mail by ourselves."""
    days = store.get(ANSWER_DAYS)
    if delivery.any_age or not days:
        return False
    return arrival(mail, delivery) < (delivery.taken or timezone.now()) - timedelta(days=days)


def arrival(mail: IncomingMail, delivery: Delivery) -> datetime:
    """When the mail came: now, where nothing says otherwise."""
    known = (mail.headers.received() or mail.sent_at, delivery.arrived)
    return min((moment for moment in known if moment), default=timezone.now())
