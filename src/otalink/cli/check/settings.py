"""What `otalink check` says about settings that name something which is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from otalink.notifications.models import Notification
from otalink.notifications.tags import LINK, uses_link
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, TOKEN_REFRESH_NOTIFICATION_ID


def problems() -> Iterator[str]:
    """A checkbox that tickets do not have, a notification for refreshed links that holds none.

    Raises:
        django.db.Error
    """
    yield from _checkbox_of_new_people(str(store.get(CREATE_CUSTOMER_USER)["SetCheckBoxName"]))
    yield from _text_of_refreshed_links(store.get(TOKEN_REFRESH_NOTIFICATION_ID))


def _checkbox_of_new_people(name: str) -> Iterator[str]:
    """Only the embedded desk has dynamic fields that we can look at."""
    if not name or not apps.is_installed("otalink.minidesk"):
        return
    fields: Any = apps.get_model("minidesk", "DynamicField")
    if not fields._default_manager.filter(name=name, type="checkbox").exists():
        yield (
            f"setting {CREATE_CUSTOMER_USER.name}: SetCheckBoxName is {name!r}, and tickets have no such checkbox; "
            "until you add it in /admin, mail that opens tickets goes into quarantine"
        )


def _text_of_refreshed_links(name: str) -> Iterator[str]:
    rows = list(Notification.objects.filter(name=name)) if name else []
    if name and not any(uses_link(row.subject, row.text, row.html) for row in rows):
        yield (
            f"setting {TOKEN_REFRESH_NOTIFICATION_ID.name}: no notification {name!r} holds <{LINK}>; "
            "the built-in text is sent instead"
        )
