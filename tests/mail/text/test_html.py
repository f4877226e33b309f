"""HTML gives the text that a browser shows."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers


def test_html_alone_gives_readable_text() -> None:
    mail = parse(headers("Content-Type: text/html") + b"<p>Hello <b>Ann</b></p><p>&euro; 5</p><style>p{}</style>")
    assert "Hello Ann" in mail.text
    assert "€ 5" in mail.text
    assert "p{}" not in mail.text
    assert "<b>Ann</b>" in mail.html


def test_html_is_read_as_a_browser_shows_it() -> None:
    markup = b"<div>Pass<span>word</span>:<div><div>s<b>ecr</b>et</div></div></div>"
    assert parse(headers("Content-Type: text/html")[:-8] + markup).text == "Password:\nsecret"


@pytest.mark.parametrize("levels", [200, 300, 3_000])
def test_html_loses_no_words_however_deep_a_thread_is(levels: int) -> None:
    markup = b"<p>Dear Ann,</p>" + b"<div>" * levels + b"hello" + b"</div>" * levels + b"<p>Bye</p>"
    text = parse(headers("Content-Type: text/html")[:-8] + markup).text
    assert text.split() == ["Dear", "Ann,", "hello", "Bye"]


def test_html_too_large_to_lay_out_is_still_read_in_lines() -> None:
    rows = "".join(f"<tr><td>Offer\r\n{n}</td><td>{n} &euro;</td></tr>\n" for n in range(5_000))
    markup = f"<head><title>no</title></head><body><script>no()</script><table>{rows}</table><p>Bye,<br>Ann</p>"
    text = parse(headers("Content-Type: text/html; charset=utf-8")[:-8] + markup.encode()).text
    assert text.startswith("Offer 0  0 €\n\nOffer 1  1 €\n\n")
    assert text.endswith("Offer 4999  4999 €\n\nBye,\nAnn")
