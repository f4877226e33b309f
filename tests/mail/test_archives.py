"""Very many files of one mail."""

from __future__ import annotations

import io
import zipfile

from otalink.mail.incoming import parse
from tests.postmaster.builders import multipart, part


def test_the_files_beyond_so_many_are_all_in_one_archive_that_says_how_many() -> None:
    raw = multipart("mixed", *[part(b"%d" % number, f"image/png; name={number}.png") for number in range(300)])
    files = parse(raw).attachments
    assert [file.filename for file in files] == [*(f"{number}.png" for number in range(199)), "101-more-files.zip"]
    with zipfile.ZipFile(io.BytesIO(files[-1].content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{number}.png": b"%d" % number for number in range(199, 300)
        }


def test_files_of_one_name_stand_beside_each_other_in_the_archive() -> None:
    raw = multipart("mixed", *[part(b"%d" % number, "image/png; name=a.png") for number in range(203)])
    with zipfile.ZipFile(io.BytesIO(parse(raw).attachments[-1].content)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [b"199", b"200", b"201", b"202"]
        assert archive.namelist() == ["a.png", "2-a.png", "3-a.png", "4-a.png"]


def test_two_hundred_files_need_no_archive() -> None:
    raw = multipart("mixed", *[part(b"x", f"image/png; name={number}.png") for number in range(200)])
    assert [file.filename for file in parse(raw).attachments] == [f"{number}.png" for number in range(200)]
