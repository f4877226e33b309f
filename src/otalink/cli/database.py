"""Making the database: migrations when some are missing, and the first admin."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder


def ensure_database() -> None:
    """Bring the database up to date; nothing but one query when it is.

    Raises:
        OperationalError: the database cannot be reached.
    """
    if _missing():
        with _alone():
            call_command("migrate", verbosity=0, interactive=False)


def ensure_admin() -> str:
    """Make the first agent, `admin`, where there is no agent yet; returns the password, or "" if nobody was made."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    with _alone():
        if users.exists():
            return ""
        password = secrets.token_urlsafe(12)
        users.create_superuser("admin", password=password)
        return password


def _missing() -> set[tuple[str, str]]:
    # Compared by file name: loading the migrations themselves takes longer than most commands.
    return _on_disk() - _applied()


def _on_disk() -> set[tuple[str, str]]:
    return {
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in (Path(config.path) / "migrations").glob("[0-9]*.py")
    }


def _applied() -> set[tuple[str, str]]:
    recorder = MigrationRecorder(connection)
    try:
        return set(recorder.migration_qs.values_list("app", "name")) if recorder.has_table() else set()
    except ProgrammingError:
        return set()


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process at a time that shares the data folder."""
    with (settings.OTALINK_DATA / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
