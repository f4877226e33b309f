"""The wiring that happens once, when Django starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import SimpleAdminConfig

from otalink.desk import current


class ConfConfig(AppConfig):
    """Chooses the desk that the boot configuration names."""

    name = "otalink.conf"
    default = True

    def ready(self) -> None:
        """Select the desk."""
        current.select(settings.OTALINK_DESK)


class AdminConfig(SimpleAdminConfig):
    """The admin with our own site; `conf.urls` looks for the registrations."""

    default_site = "otalink.conf.site.Site"
