"""Starts Django on the data folder of the benchmark, with an up-to-date database."""

from __future__ import annotations

import os

import django
from django.core.management import call_command


def start_django() -> None:
    """Set Django up and make the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otalink.conf.settings")
    django.setup()
    call_command("migrate", verbosity=0)
