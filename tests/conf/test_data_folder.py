"""The data folder, and who may read its database."""

from __future__ import annotations

from pathlib import Path

import pytest

from otalink.conf import data_folder


@pytest.mark.parametrize("sign", ["otalink.sqlite3", "secret-key", "start.lock", "customer-backends.toml"])
def test_a_folder_is_known_by_what_stands_in_it(tmp_path: Path, sign: str) -> None:
    assert not data_folder.is_one(tmp_path / "none")
    assert not data_folder.is_one(tmp_path)
    (tmp_path / sign).touch()
    assert data_folder.is_one(tmp_path)


def test_it_is_named_by_a_value_or_a_file() -> None:
    assert data_folder.is_named({"OTALINK_DATA": "/srv/desk"})
    assert data_folder.is_named({"OTALINK_DATA_FILE": "/run/secrets/data"})
    assert not data_folder.is_named({"OTALINK_DATA": " "})
    assert not data_folder.is_named({})


def test_a_database_and_what_lies_beside_it_is_its_owners_alone(tmp_path: Path) -> None:
    database = tmp_path / "desk.sqlite3"
    database.write_bytes(b"")
    (tmp_path / "desk.sqlite3-wal").write_bytes(b"mail")
    (tmp_path / "desk.sqlite3-wal").chmod(0o644)
    database.chmod(0o640)
    assert data_folder.readable_by_others(database) == [database, tmp_path / "desk.sqlite3-wal"]
    data_folder.keep_database_private(database)
    assert data_folder.readable_by_others(database) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    data_folder.keep_database_private(tmp_path / "desk.sqlite3")
    assert list(tmp_path.iterdir()) == []
