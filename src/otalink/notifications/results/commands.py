"""Handlers of `otalink outbox ...`: outgoing mail, why it did not leave or arrive, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from otalink.customers import directory
from otalink.desk.current import get_desk
from otalink.notifications.models import AUTO_REPLY, PASSED_ON, MailState, OutboxMail, PassedOnContent
from otalink.notifications.results import resend, status
from otalink.sysconfig.setting import InvalidValue

_WAITS = Q(state=MailState.QUEUED) | Q(undelivered_since__isnull=False, opened_at=None) & ~Q(state=MailState.SENT)


def list_all(limit: int, states: tuple[str, ...]) -> list[dict[str, Any]]:
    """At most so many mails: first those that wait or did not arrive, then the newest of the others.

    `states` narrows that down to some of `MailState`.
    """
    mails = OutboxMail.objects.filter(resent_as=None).select_related("auto_reply", "resend_of")
    if states:
        mails = mails.filter(state__in=states)
    found = list(mails.filter(_WAITS).order_by("-pk")[:limit])
    found += mails.exclude(pk__in=[mail.pk for mail in found]).order_by("-pk")[: limit - len(found)]
    to = _recipients(found)
    return [_record(mail, to[mail.pk]) for mail in found]


def retry(mail_id: str) -> dict[str, Any] | list[dict[str, Any]]:
    """Try a mail that waits now, or send one that did not arrive once more; or all of those.

    Raises:
        LookupError: there is no such mail.
        InvalidValue: it was sent.
        BackendUnavailable, DeskUnavailable
    """
    if mail_id == "all":
        return [_retried(mail) for mail in status.undelivered().order_by("pk")]
    return _retried(_find(mail_id))


def drop(mail_id: str) -> dict[str, Any]:
    """Send a queued mail no more, and tell no more of one that did not arrive.

    Raises:
        LookupError: there is no such mail.
        InvalidValue: it was sent.
    """
    mail = _find(mail_id)
    try:
        resend.drop(mail)
    except resend.CannotResend as error:
        raise InvalidValue(str(error)) from None
    return {"id": mail.pk, "dropped": True}


def _retried(mail: OutboxMail) -> dict[str, Any]:
    try:
        queued = resend.send_again(mail)
    except resend.CannotResend as error:
        raise InvalidValue(str(error)) from None
    return _record(queued, resend.address_of(queued))


def _find(mail_id: str) -> OutboxMail:
    known = OutboxMail.objects.select_related("auto_reply", "resend_of")
    mail = known.filter(pk=int(mail_id)).first() if mail_id.isascii() and mail_id.isdigit() else None
    if mail is None:
        raise LookupError(f"no outgoing mail {mail_id!r}")
    return mail


def _record(mail: OutboxMail, to: str) -> dict[str, Any]:
    opened = mail.state == MailState.SENT and mail.opened_at
    return {
        "id": mail.pk,
        "to": to,
        "ticket": mail.ticket_number,
        "state": "opened" if opened else str(mail.state),
        "reason": "" if mail.state == MailState.SENT else status.reason_of(mail),
        "attempts": mail.attempts,
    }


def _recipients(mails: Iterable[OutboxMail]) -> dict[int, str]:
    """By the key of each mail, the address it goes to, else the login."""
    written = [mail for mail in mails if mail.event not in {AUTO_REPLY, PASSED_ON}]
    unnamed = {mail.ticket_number for mail in written if not mail.customer_login}
    owners = {number: readers[0] for number, readers in get_desk().readers(unnamed).items()} if unnamed else {}
    logins = {mail.pk: mail.customer_login or owners.get(mail.ticket_number, "") for mail in written}
    # Backends are asked for one person at a time; there are at most as many as lines.
    users = {login: directory.find_by_login(login) for login in set(logins.values()) - {""}}
    addresses = {login: user.email if user else login for login, user in users.items()}
    passed_on = PassedOnContent.objects.filter(mail__in=[mail.pk for mail in mails if mail.event == PASSED_ON])
    return {
        **{mail.pk: addresses.get(logins[mail.pk], "") for mail in written},
        **{mail.pk: mail.auto_reply.recipient for mail in mails if mail.event == AUTO_REPLY},
        **{mail.pk: "" for mail in mails if mail.event == PASSED_ON},
        **dict(passed_on.values_list("mail_id", "recipient")),
    }
