"""The data folder: where it is, when it may be made, and that nobody but its owner reads what lies in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

# What stands in a data folder before anything else does, each with some kind of database or key.
_SIGNS = ("otalink.sqlite3", "secret-key", "start.lock", "customer-backends.toml")
# What SQLite keeps beside a database, with the database's own rights.
_BESIDE = ("", "-wal", "-shm", "-journal")


def is_named(environ: Mapping[str, str]) -> bool:
    """Whether somebody said where it is; else it is `data` in the folder where a command is typed."""
    return bool(environ.get("OTALINK_DATA", "").strip() or environ.get("OTALINK_DATA_FILE"))


def is_one(folder: Path) -> bool:
    """Whether this folder is a data folder of ours already."""
    return any((folder / name).exists() for name in _SIGNS)


def keep_database_private(path: Path) -> None:
    """Let its owner alone read a SQLite database that others can read, and what lies beside it.

    A new one is its owner's alone from the start, since commands have such a umask. A file of somebody else's stays as
    it is; `otalink check` tells.
    """
    for file in readable_by_others(path):
        if file.stat().st_uid == os.geteuid():
            file.chmod(0o600)


def readable_by_others(database: Path) -> list[Path]:
    """The files of a SQLite database that others than its owner may read or write."""
    files = (database.with_name(database.name + end) for end in _BESIDE)
    return [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
