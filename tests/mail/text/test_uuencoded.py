"""Files in uuencode that stand in the text."""

from __future__ import annotations

import binascii

import pytest

from otalink.mail.incoming import IncomingMail, parse
from tests.postmaster.builders import mail, multipart, part

_BYTES = bytes(range(256)) * 3


def _encoded(name: str, content: bytes = _BYTES, last: str = "`") -> str:
    lines = [binascii.b2a_uu(content[start : start + 45]).decode() for start in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}{last}\nend\n"


def _seen(raw: bytes) -> tuple[str, list[tuple[str, str, bytes]]]:
    parsed: IncomingMail = parse(raw)
    return parsed.text, [(file.filename, file.content_type, file.content) for file in parsed.attachments]


@pytest.mark.parametrize("last", ["`", " ", ""])
def test_a_file_in_the_text_is_unpacked(last: str) -> None:
    text = f"See the picture.\n\n{_encoded('Büro 1.png', last=last)}\nBye, Ann"
    assert _seen(mail(text)) == ("See the picture.\n\n\nBye, Ann", [("Büro 1.png", "image/png", _BYTES)])


def test_several_files_in_the_text_are_unpacked_in_their_order() -> None:
    text = f"Two.\n{_encoded('a.gif')}{_encoded('b.bin', b'b')}"
    assert _seen(mail(text)) == (
        "Two.",
        [("a.gif", "image/gif", _BYTES), ("b.bin", "application/octet-stream", b"b")],
    )


def test_a_file_in_the_text_of_a_part_is_unpacked() -> None:
    raw = multipart("mixed", part(f"One.\n{_encoded('a.gif')}".encode()), part(b"x", "image/png; name=b.png"))
    assert [name for name, _, _ in _seen(raw)[1]] == ["a.gif", "b.png"]


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 days ago\nand it did not\nend",
        "begin 644 x.png\nmost of it is lost\nend",
        _encoded("cut.png").rpartition("`")[0].strip(),
        "begin the work\n`\nend",
    ],
)
def test_what_only_looks_like_a_file_stays_text(text: str) -> None:
    assert _seen(mail(text)) == (text, [])
