"""Enriched text gives readable text."""

from __future__ import annotations

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers


def test_enriched_text_alone_is_readable() -> None:
    raw = (
        headers("Content-Type: text/enriched")[:-8]
        + b"<bold>Hello</bold>\nyou <<there\n\n<color><param>red</param>x</color>"
    )
    assert parse(raw).text == "Hello you <there\nx"
