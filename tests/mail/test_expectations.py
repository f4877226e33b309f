"""Real mails read as a person reads them: author, subject, text and files, written down from the mails themselves."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from otalink.mail.incoming import parse

_HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("OTALINK_TEST_MAILS", _HERE.parents[2] / "shared" / "mails"))
_PLACES = ("mikel/spec_fixtures_emails_{}.eml", "otobo/scripts_test_sample_{}.box", "postal/test_fixtures_{}.eml")
MAILS = [
    mail for table in sorted((_HERE / "mails").glob("*.toml")) for mail in tomllib.loads(table.read_text())["mail"]
]

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no mails in {FOLDER}; OTALINK_TEST_MAILS names another folder"
)


def _path(name: str) -> Path:
    return next(path for place in _PLACES if (path := FOLDER / place.format(name)).exists())


@pytest.mark.parametrize("expected", MAILS, ids=lambda mail: mail["file"])
def test_a_mail_is_read_as_a_person_reads_it(expected: dict[str, Any]) -> None:
    mail = parse(_path(expected["file"]).read_bytes())
    assert (mail.author_address, mail.author_name) == (expected["author"], expected.get("name", ""))
    assert mail.subject == expected["subject"]
    assert mail.text == expected.get("text", mail.text)
    assert [piece for piece in expected.get("contains", []) if piece not in mail.text] == []
    assert [[file.filename, len(file.content)] for file in mail.attachments] == expected.get("attachments", [])
    assert bool(mail.html) == expected.get("html", False)
    assert bool(mail.automatic) == expected.get("automatic", False)
    assert mail.signed == expected.get("signed", "")


def test_each_expectation_says_something_of_the_text() -> None:
    assert [mail["file"] for mail in MAILS if "text" not in mail and "contains" not in mail] == []
    assert len({mail["file"] for mail in MAILS}) == len(MAILS) >= 60
