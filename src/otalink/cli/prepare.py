"""What must be there before a handler runs: Django's settings, and a database that is up to date."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

_MIGRATIONS = "django_migrations"  # Django's own table of what was applied


class Needs(Enum):
    """What a command asks for before its handler is called."""

    NOTHING = auto()
    DJANGO = auto()
    DATABASE = auto()


def prepare(needs: Needs, *, makes_data: bool = False) -> None:
    """Provide what a command needs; only with `makes_data` a data folder that nobody named and that is not there.

    Raises:
        ConfigurationError: naming the boot variable that is wrong.
        OperationalError: the database cannot be reached.
    """
    if needs is not Needs.NOTHING:
        _find_data_folder(makes_data)
        start_django()
    if needs is Needs.DATABASE:
        ensure_database()


def _find_data_folder(makes_data: bool) -> None:
    from otalink.conf import environment
    from otalink.conf.variables import ConfigurationError

    # Typed in the wrong folder, a command would otherwise say of an empty desk that all is well.
    try:
        environment.require_data_folder(os.environ)
    except ConfigurationError:
        if not makes_data:
            raise
        sys.stderr.write(f"otalink: making the data folder {environment.data_path(os.environ)}\n")


def start_django() -> None:
    """Read the boot configuration and set Django up; does nothing the second time.

    Raises:
        ConfigurationError: naming the boot variable that is wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otalink.conf.settings")
    # What starts now stays to the end: looking through it for garbage takes a tenth of a short command's time.
    gc.disable()
    try:
        import django

        django.setup()
    finally:
        gc.enable()


def ensure_database() -> None:
    """Bring the database up to date; nothing but two queries when it is.

    Raises:
        OperationalError: the database cannot be reached.
    """
    if _on_disk() - _applied():
        from django.core.management import call_command

        with alone():
            call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def alone() -> Iterator[None]:
    """Only one process at a time that shares the data folder."""
    from django.conf import settings

    with (settings.OTALINK_DATA / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _on_disk() -> set[tuple[str, str]]:
    # Compared by file name: loading the migrations themselves takes longer than most commands.
    from django.apps import apps

    return {
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in (Path(config.path) / "migrations").glob("[0-9]*.py")
    }


def _applied() -> set[tuple[str, str]]:
    # Asked in plain SQL: Django's own recorder brings everything along that migrations are made of.
    from django.db import connection

    with connection.cursor() as cursor:
        if _MIGRATIONS not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute(f"SELECT app, name FROM {_MIGRATIONS}")  # noqa: S608 a constant
        return set(cursor.fetchall())
