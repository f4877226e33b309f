"""Files that must outlive a crash."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from otalink.common import atomic_files


def test_a_file_is_written_whole_and_only_we_can_read_it(tmp_path: Path) -> None:
    atomic_files.write(tmp_path / "new", b"\0content")
    assert (tmp_path / "new").read_bytes() == b"\0content"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_both_the_file_and_its_folder_reach_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced, really = [], os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    atomic_files.write(tmp_path / "new", b"content")
    assert synced == [False, True]


def test_what_cannot_be_written_leaves_what_was_there_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atomic_files.write(tmp_path / "old", b"old")

    def fsync(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        atomic_files.write(tmp_path / "old", b"new")
    assert (tmp_path / "old").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
