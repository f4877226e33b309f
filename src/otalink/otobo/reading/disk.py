"""Files of articles in a folder of OTOBO's, `<content path>/<article id>/`, each with notes about it beside it.

One number names a file wherever it lies: twice the row's id in the database; odd, made of article and place, on disk.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from otalink.desk.port import DeskUnavailable
from otalink.desk.types import StoredAttachment
from otalink.otobo import facts

_CONTENT_PATH = re.compile(r"\d{4}/\d{2}/\d{2}")
_MOST_FILES = 1_000
# Bytes of a note: a type, a name, no more.
_MOST_NOTE = 1_000


class FileUnreadable(DeskUnavailable):
    """One of OTOBO's files cannot be read; others can."""


def id_of_row(row_id: int) -> int:
    """The number of a file in the database."""
    return 2 * row_id


def row_of(attachment_id: int) -> int:
    """The row of such a number."""
    return attachment_id // 2


def article_of(attachment_id: int) -> int:
    """The article of a file on disk; 0 for one in the database."""
    return attachment_id // 2 // _MOST_FILES if attachment_id % 2 else 0


def files(article_id: int, content_path: str) -> list[tuple[StoredAttachment, str]]:
    """The files of an article, each with its disposition.

    Raises:
        DeskUnavailable: the folder of all articles is away, or cannot be read.
    """
    folder = _folder(article_id, content_path)
    try:
        return _read_folder(article_id, folder)
    except OSError as error:
        raise DeskUnavailable(f"OTOBO's files cannot be read: {error}") from error


def _read_folder(article_id: int, folder: Path) -> list[tuple[StoredAttachment, str]]:
    found = []
    for place, name in enumerate(_names(folder)):
        told = {note: _note(folder, name, note) for note in facts.FILE_NOTES}
        file = StoredAttachment(
            id=2 * (article_id * _MOST_FILES + place) + 1,
            filename=name,
            content_type=told["content_type"] or "application/octet-stream",
            content_id=told["content_id"].strip("<>"),
            size=(folder / name).lstat().st_size,
        )
        found.append((file, told["disposition"]))
    return found


def read(article_id: int, content_path: str, name: str) -> bytes:
    """The bytes of one of its files.

    Raises:
        FileUnreadable
        DeskUnavailable: the folder of all articles is away.
    """
    found = _read(_folder(article_id, content_path) / name)
    if found is None:
        raise FileUnreadable(f"a file of OTOBO's is gone: {name} of article {article_id}")
    return found


def plain(article_id: int, content_path: str) -> bytes | None:
    """The raw mail of an article; None where there is none.

    Raises:
        FileUnreadable
        DeskUnavailable: the folder of all articles is away.
    """
    return _read(_folder(article_id, content_path) / facts.PLAIN_FILE)


def open_file(article_id: int, content_path: str, attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
    """A file by its number, opened for reading.

    Raises:
        OSError: it is there and cannot be read.
        DeskUnavailable: the folder of all articles is away.
    """
    for file, _ in files(article_id, content_path):
        if file.id == attachment_id:
            return file, _open(_folder(article_id, content_path) / file.filename)
    return None


def _folder(article_id: int, content_path: str) -> Path:
    root = settings.OTALINK_OTOBO_ARTICLES
    if root is None or not root.is_dir():
        raise DeskUnavailable(f"the folder of OTOBO's files is not there: {root}")
    # What the database says leads to no place but those that OTOBO makes.
    below = content_path if _CONTENT_PATH.fullmatch(content_path) else "none"
    return Path(root) / below / str(article_id)


def _names(folder: Path) -> list[str]:
    """The files that are no notes about others, in an order that stays."""
    if not folder.is_dir():
        return []
    names = {entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)}
    notes = {f"{name}.{note}" for name in names for note in facts.FILE_NOTES}
    return sorted(names - notes - {facts.PLAIN_FILE})[:_MOST_FILES]


def _note(folder: Path, name: str, note: str) -> str:
    path = folder / f"{name}.{note}"
    if not path.is_file():
        return ""
    with _open(path) as file:
        return file.read(_MOST_NOTE).decode(errors="replace").strip()


def _read(path: Path) -> bytes | None:
    """A file's bytes; None where there is none."""
    try:
        with _open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnreadable(f"a file of OTOBO's cannot be read: {error}") from error


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
