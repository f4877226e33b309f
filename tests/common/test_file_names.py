"""Names of files that strangers send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.common import file_names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.exe", "y.exe"),
        (".htaccess", "htaccess"),
        ('a"b\r\nSet-Cookie: x.txt', "a_bSet-Cookie_ x.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Größe 3½.png", "Größe 3½.png"),
        ("", "attachment"),
        ("...", "attachment"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
        ("x" * 300, "x" * 150),
        ("\u4f8b" * 100 + ".png", "\u4f8b" * 82 + ".png"),
        ("...ann...", "ann"),
        ("con", "_con"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("lpt\u00b9.txt", "_lpt\u00b9.txt"),
        ("con" + " " * 200 + "x", "_con"),
        ("console.txt", "console.txt"),
        ("a/b/", "attachment"),
        ("a\u2028b\u200d.txt", "ab.txt"),
        ("a.b " + "." * 150 + "x", "a.b.x"),
        ("a..txt", "a..txt"),
    ],
)
def test_file_names_lead_nowhere(name: str, safe: str) -> None:
    assert file_names.safe(name) == safe


@given(st.text())
def test_any_name_becomes_a_name(name: str) -> None:
    safe = file_names.safe(name)
    assert safe
    assert not set(safe) & set('/\\:"\r\n\0')
    assert len(safe) <= 150


@given(st.text() | st.text('con.\\/ x\u4f8b\u00b9"', max_size=300))
def test_a_clean_name_stays_as_it_is(name: str) -> None:
    safe = file_names.safe(name)
    assert file_names.safe(safe) == safe
    assert len(safe.encode()) <= 255


def test_what_is_called_nothing_gets_a_name_of_its_own() -> None:
    assert file_names.safe(" . ", file_names.unnamed("image/jpg", 3)) == "attachment-3.jpg"
    assert file_names.unnamed("no/such", 1) == "attachment-1.bin"
