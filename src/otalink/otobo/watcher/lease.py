"""One watcher at a time, over all processes: who it is stands beside the position that it moves.

Moving the position and staying the watcher are one conditional UPDATE, so that one who was taken for dead changes
nothing any more when it wakes up.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from otalink.otobo import mirror
from otalink.otobo.models import WatcherPosition

# So long nobody watches after a watcher was killed.
DURATION = timedelta(seconds=10)
RENEW_SECONDS = 3.0
# A restart takes less, and operators are not told of it.
_MISSED = timedelta(seconds=30)
# Characters.
_MOST_ERROR = 1_000


class LeaseLost(Exception):
    """Another process watches now."""


def take(owner: str) -> WatcherPosition | None:
    """Become the watcher, or stay it; None where another one lives."""
    now = timezone.now()
    mirror.position()
    free = Q(owner=owner) | Q(lease_until=None) | Q(lease_until__lte=now)
    if not WatcherPosition.objects.filter(free).update(owner=owner, lease_until=now + DURATION):
        return None
    return WatcherPosition.objects.filter(owner=owner).first()


def move(owner: str, history_id: int) -> None:
    """Set the position, and stay the watcher.

    Raises:
        LeaseLost
    """
    _stay(owner, history_id=history_id)


def hold(owner: str) -> None:
    """Stay the watcher to the end of this transaction.

    Raises:
        LeaseLost
    """
    _stay(owner)


def _stay(owner: str, **values: int) -> None:
    if not WatcherPosition.objects.filter(owner=owner).update(lease_until=timezone.now() + DURATION, **values):
        raise LeaseLost


def failed(error: str) -> None:
    """A round failed, whoever watches."""
    mirror.position()
    WatcherPosition.objects.filter(failing_since=None).update(failing_since=timezone.now())
    WatcherPosition.objects.update(last_error=error[:_MOST_ERROR])


def succeeded() -> None:
    """All is well again."""
    WatcherPosition.objects.exclude(failing_since=None).update(failing_since=None, last_error="")


def problems() -> list[str]:
    """What keeps OTOBO's history from being read, a line each."""
    position = WatcherPosition.objects.first()
    if position is None:
        return []
    if position.failing_since:
        return [f"OTOBO cannot be read since {position.failing_since:%Y-%m-%d %H:%M} UTC: {position.last_error}"]
    if position.lease_until is None or position.lease_until < timezone.now() - _MISSED:
        return ["nobody watches OTOBO's tickets: customers get no mail; start `otalink run` or `otalink worker`"]
    return []


def release(owner: str) -> None:
    """Let another one watch at once."""
    WatcherPosition.objects.filter(owner=owner).update(owner="", lease_until=None)
