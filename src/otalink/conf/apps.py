"""The wiring that happens once, when Django starts."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import import_string

from otalink.conf.admin_theme import APPLICATIONS
from otalink.desk import current


class ConfConfig(AppConfig):
    """Chooses the desk that the boot configuration names, and what `/admin` calls the parts of the product."""

    name = "otalink.conf"
    default = True

    def ready(self) -> None:
        """Select the desk, have names checked against it, and name the parts."""
        current.select(settings.OTALINK_DESK)
        if settings.OTALINK_NAMES:
            import_string(settings.OTALINK_NAMES)()
        for label, title in APPLICATIONS.items():
            if label in apps.app_configs:
                apps.get_app_config(label).verbose_name = title


class ThemeConfig(AppConfig):
    """The admin's theme, by a configuration of ours: its own imports its pages, which only web processes need."""

    name = "unfold"


class AdminConfig(SimpleAdminConfig):
    """The admin with our own site; `conf.urls` looks for the registrations."""

    default_site = "otalink.conf.admin_site.Site"
