"""The text of one part, in the charset that it names itself."""

from __future__ import annotations

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers


def test_html_that_names_its_own_charset_is_read_in_it() -> None:
    markup = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>előfordult</p>'
    assert parse(headers("Content-Type: text/html")[:-8] + markup.encode("iso-8859-2")).text == "előfordult"
