"""Text is read whatever charset it claims."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.mail.reading import text_of
from tests.postmaster.builders import headers


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("Grüße €".encode("cp1252"), "iso-8859-1", "Grüße €"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "no-such-charset", "Grüße"),
        ("Grüße".encode(), '"utf-8"', "Grüße"),
        ("Grüße".encode(), "punycode", "Grüße"),
        ("Grüße".encode(), "zip", "Grüße"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕"),
        ("안녕".encode("cp949"), "windows-949", "안녕"),
        ("สวัสดี".encode("cp874"), "windows-874", "สวัสดี"),
        ("“สวัสดี”".encode("cp874"), "tis-620", "“สวัสดี”"),
        ("Привет".encode("cp1251"), "win-1251", "Привет"),
        ("Привет".encode("cp1251"), "x-cp1251", "Привет"),
        ("Привет".encode("koi8-r"), "x-koi8-r", "Привет"),
        ("Příliš".encode("iso8859-2"), "ISO_8859-2", "Příliš"),
        ("Příliš".encode("iso8859-2"), "8859-2", "Příliš"),
        ("€".encode("iso8859-15"), "latin-9", "€"),
        ("“Eş”".encode("cp1254"), "iso-8859-9", "“Eş”"),
        ("你好".encode("gb18030"), "x-gbk", "你好"),
        ("你好€".encode("cp950"), "big5", "你好€"),
        ("まみ".encode("cp932"), "windows-31j", "まみ"),
        ("まみ".encode("iso-2022-jp"), "iso-2022-jp", "まみ"),
        ("Gr\u00fc\u00dfe".encode() + b"\xff", "utf-8", "Grüße\ufffd"),
        (b"a\0b", "utf-8", "ab"),
        (b"+2AA-", "utf-7", ""),
    ],
)
def test_text_is_read_whatever_charset_it_claims(content: bytes, charset: str, text: str) -> None:
    assert text_of(content, f"text/plain; charset={charset}") == text


def test_japanese_text_with_characters_of_windows_is_read() -> None:
    raw = headers("Content-Type: text/plain; charset=iso-2022-jp")[:-8] + b"\x1b$BJs9p=q-!\x1b(B ok"
    assert parse(raw).text == "報告書① ok"
