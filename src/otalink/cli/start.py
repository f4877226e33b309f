"""Setting Django up outside a server."""

from __future__ import annotations

import os


def start_django() -> None:
    """Read the boot configuration and set Django up; does nothing the second time.

    Raises:
        ConfigurationError: naming the boot variable that is wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otalink.conf.settings")
    import django

    django.setup()
