"""Attachments handed to a browser."""

from __future__ import annotations

import pytest

from otalink.articles.downloads import safe_content_type


@pytest.mark.parametrize(
    "dangerous",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript", "", "IMAGE/SVG+XML"],
)
def test_what_could_run_is_served_as_unknown_content(dangerous: str) -> None:
    assert safe_content_type(dangerous) == "application/octet-stream"


def test_pictures_keep_their_type() -> None:
    assert safe_content_type("Image/PNG; name=x.png") == "image/png"
