"""Header texts as people should read them, however a mailer wrote them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, multipart, part


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Plain", "Plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?= aus =?iso-8859-1?Q?K=F6ln?=", "Grüße aus Köln"),
        ("=?utf-8?q?eins?= =?utf-8?q?zwei?=", "einszwei"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=ber", "über"),
        ("=?utf-8?Q?with space and ? inside?=", "with space and ? inside"),
        ("=?utf-8*de?Q?Stra=C3=9Fe?=", "Straße"),
        ("=?unknown-8bit?Q?caf=E9?=", "café"),
        ("=?x-no-such?B?Y2Fmw6k?=", "café"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8?X?what?=", "=?utf-8?X?what?="),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("two\r\n lines", "two lines"),
        ("a\0b\x1bc", "abc"),
        ("caf\udce9", "café"),
        ("caf\u00e9", "café"),
    ],
)
def test_a_subject_is_read_as_it_was_meant(written: str, read: str) -> None:
    assert parse(headers(f"Subject: {written}")).subject == read


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<a@b.example>", "a@b.example"),
        ("a@b.example", "a@b.example"),
        ("  <a@b.example> (made up)", "a@b.example"),
        ("< a@b.example >", "a@b.example"),
        ("<no at sign>", ""),
        ("", ""),
    ],
)
def test_a_message_id_loses_its_brackets(line: str, found: str) -> None:
    assert parse(headers(f"Message-ID: {line}")).message_id == found


def test_references_keep_their_order_and_the_last_hundred() -> None:
    ids = [f"{number}@x.example" for number in range(150)]
    mail = parse(headers("In-Reply-To: Your mail of Monday <149@x.example>", f"References: <{'> <'.join(ids)}>"))
    assert mail.references == tuple(ids[50:])
    assert mail.in_reply_to == "149@x.example"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0100", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("23 Nov 2026 10:00:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:00:00 +9999999999", None),
        ("yesterday", None),
        ("Mon, 99 Nov 2026 10:00:00 +0100", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("", None),
    ],
)
def test_a_date_is_aware_utc_or_nothing(written: str, moment: datetime | None) -> None:
    assert parse(headers(f"Date: {written}")).sent_at == moment


@pytest.mark.parametrize(
    ("charset", "written"), [("iso-8859-1", "Grüße"), ("koi8-r", "Принтер"), ("gb2312", "打印机"), ("utf-8", "Grüße")]
)
def test_raw_bytes_inside_an_encoded_word_are_of_its_charset(charset: str, written: str) -> None:
    head = b"Subject: Re: =?" + charset.encode() + b"?Q?" + written.encode(charset) + b"_=21?= again\r\n\r\nHi"
    assert parse(head).subject == f"Re: {written} ! again"


@pytest.mark.parametrize(
    ("charset", "written"), [("koi8-r", "Принтер"), ("iso-8859-2", "Příliš"), ("shift_jis", "印刷")]
)
@pytest.mark.parametrize("is_inner", [False, True], ids=["one part", "parts"])
def test_raw_bytes_in_headers_are_of_the_charset_of_the_text(charset: str, written: str, is_inner: bool) -> None:
    text = part("Hi".encode(charset), f"text/plain; charset={charset}")
    file = part(b"x", "image/png; name=NAME.png").replace(b"NAME", written.encode(charset))
    body = multipart("mixed", text, file).replace(b"Subject: Parts", b"Subject: " + written.encode(charset))
    raw = body if is_inner else b"Subject: " + written.encode(charset) + b"\r\n" + text
    mail = parse(raw.replace(b"Ann Lee", written.encode(charset)))
    assert mail.subject == written
    if is_inner:
        assert mail.author_name == written
        assert [file.filename for file in mail.attachments] == [f"{written}.png"]


def test_raw_bytes_in_headers_that_are_utf_8_are_read_as_that_whatever_the_text_is() -> None:
    raw = "Subject: Grüße\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n".encode() + "Привет".encode("koi8-r")
    assert (parse(raw).subject, parse(raw).text) == ("Grüße", "Привет")
