"""Transfer encodings are undone whatever stands around them."""

from __future__ import annotations

import base64
import os

import pytest

from otalink.mail.incoming import parse
from tests.mail.reading import text_of
from tests.postmaster.builders import multipart, part

_LETTER = "Grüße aus Köln, der Drucker im zweiten Stock brennt schon wieder. " * 4
_FOOTER = b"\r\n-- \r\nThis mail was scanned by an appliance.\r\nConfidential\r\n"


def _lines(text: str) -> bytes:
    return base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("more", ["", ".", ".."], ids=["no padding", "one", "two"])
def test_a_footer_behind_a_base64_text_leaves_the_text_whole_and_is_shown_below_it(more: str) -> None:
    letter = "x" * ((-len(_LETTER.encode())) % 3) + _LETTER + more
    text = text_of(_lines(letter) + _FOOTER, "text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    assert text == f"{letter}\n\n-- \nThis mail was scanned by an appliance.\nConfidential"


def test_a_footer_that_begins_with_a_word_alone_is_no_base64() -> None:
    content = _lines("Hello there.") + b"Confidential\r\nScanned by an appliance.\r\n"
    text = text_of(content, "text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    assert text == "Hello there.\n\nConfidential\nScanned by an appliance."


def test_a_footer_behind_a_base64_file_is_no_part_of_the_file() -> None:
    content = os.urandom(1_000)
    file = part(base64.encodebytes(content) + _FOOTER, "image/png", "Content-Transfer-Encoding: base64")
    assert parse(multipart("mixed", part(b"Hi"), file)).attachments[0].content == content


def test_base64_of_several_blocks_each_with_its_padding_is_read_to_the_end() -> None:
    content = base64.b64encode(b"one ") + b"\r\n" + base64.b64encode(b"two ") + b"\r\n" + base64.b64encode(b"three")
    assert text_of(content, "text/plain", "Content-Transfer-Encoding: base64") == "one two three"


def test_characters_that_a_gateway_put_between_lines_of_base64_do_not_matter() -> None:
    lines = _lines(_LETTER).split(b"\r\n")
    content = b"\r\n".join([lines[0], b"!", *lines[1:]])
    assert text_of(content, "text/plain; charset=utf-8", "Content-Transfer-Encoding: base64") == _LETTER


def test_plain_text_that_is_called_base64_is_read_as_it_is() -> None:
    letter = b"Dear support, my printer is on fire.\r\n\r\nPlease send somebody soon, thank you.\r\n"
    text = text_of(letter, "text/plain", "Content-Transfer-Encoding: base64")
    assert text == "Dear support, my printer is on fire.\n\nPlease send somebody soon, thank you."


def test_an_encoded_word_of_several_blocks_of_base64_is_read_to_the_end() -> None:
    word = (base64.b64encode("Grü".encode()) + base64.b64encode("ße".encode())).decode()
    assert parse(f"Subject: =?utf-8?B?{word}?=\r\n\r\nHi".encode()).subject == "Grüße"
