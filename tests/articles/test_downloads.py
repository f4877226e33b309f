"""Attachments handed to a browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.articles.downloads import safe_content_type, safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x\\y.exe", "C__x_y.exe"),
        (".htaccess", "htaccess"),
        ('a"b\r\nSet-Cookie: x.txt', "a_bSet-Cookie_ x.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Größe 3½.png", "Größe 3½.png"),
        ("", "attachment"),
        ("...", "attachment"),
        ("x" * 300 + ".png", "x" * 120 + ".png"),
    ],
)
def test_file_names_lead_nowhere(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


@given(st.text())
def test_any_name_becomes_a_name(name: str) -> None:
    safe = safe_filename(name)
    assert safe
    assert not set(safe) & set('/\\:"\r\n\0')
    assert len(safe) <= 141


@pytest.mark.parametrize(
    "dangerous",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript", "", "IMAGE/SVG+XML"],
)
def test_what_could_run_is_served_as_unknown_content(dangerous: str) -> None:
    assert safe_content_type(dangerous) == "application/octet-stream"


def test_pictures_keep_their_type() -> None:
    assert safe_content_type("Image/PNG; name=x.png") == "image/png"
