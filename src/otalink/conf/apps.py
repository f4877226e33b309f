"""The wiring that happens once, when Django starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from otalink.desk import current


class ConfConfig(AppConfig):
    """Chooses the desk that the boot configuration names."""

    name = "otalink.conf"

    def ready(self) -> None:
        """Select the desk."""
        current.select(settings.OTALINK_DESK)
