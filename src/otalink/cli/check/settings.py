"""What `otalink check` says about names of what is not there: in settings, mail accounts, mail texts and mail."""

from __future__ import annotations

from collections.abc import Iterator

from otalink.notifications import tags
from otalink.notifications.models import Notification
from otalink.postmaster import not_accepted
from otalink.postmaster.models import MailAccount
from otalink.sysconfig import named, store
from otalink.sysconfig.named import Kind
from otalink.sysconfig.setting import InvalidValue

_MEANWHILE = {
    Kind.QUEUE: "tickets go to the queue of their recipient's address, or the default one",
    Kind.FIELD: "tickets are filed without it",
    Kind.CHECKBOX: "tickets are filed without it",
    Kind.BACKEND: "new customer users are kept in CustomerUser",
    Kind.LINK_NOTIFICATION: "the built-in text is sent instead",
}


def problems() -> Iterator[str]:
    """Queues, fields, backends, notifications and tags that are named, and are not there.

    Raises:
        django.db.Error
    """
    for setting in store.declared().values():
        try:
            found = list(named.problems(setting.parse, store.get(setting)))
        except InvalidValue:
            continue  # told where stored values are checked
        for mention, problem in found:
            yield f"setting {setting.name}: {problem}{_meanwhile(mention.kind)}"
    yield from _accounts()
    yield from _tags()
    yield from not_accepted.lines()


def _accounts() -> Iterator[str]:
    for name, queue in MailAccount.objects.exclude(queue="").values_list("name", "queue"):
        if problem := named.problem(Kind.QUEUE, queue):
            yield f"mail account {name}: {problem}{_meanwhile(Kind.QUEUE)}"


def _tags() -> Iterator[str]:
    for row in Notification.objects.order_by("name", "language"):
        if problem := tags.mistyped(f"{row.subject}\n{row.text}\n{row.html}"):
            yield f"notification {row}: {problem}; customers read {tags.UNKNOWN!r} or the tag itself in its place"


def _meanwhile(kind: Kind) -> str:
    return f"; until it is, {said}" if (said := _MEANWHILE.get(kind)) else ""
