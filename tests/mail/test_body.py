"""What a mail says and what it carries."""

from __future__ import annotations

import base64

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, multipart, part


def _text(content: bytes, content_type: str, *more: str) -> str:
    return parse("\r\n".join([f"Content-Type: {content_type}", *more, "", ""]).encode() + content).text


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
        ("まみ".encode("iso-2022-jp"), "iso-2022-jp", "まみ"),
        ("Gr\u00fc\u00dfe".encode() + b"\xff", "utf-8", "Grüße\ufffd"),
        (b"a\0b", "utf-8", "ab"),
        (b"+2AA-", "utf-7", ""),
    ],
)
def test_text_is_read_whatever_charset_it_claims(content: bytes, charset: str, text: str) -> None:
    assert _text(content, f"text/plain; charset={charset}") == text


@pytest.mark.parametrize(
    ("encoding", "content", "text"),
    [
        ("base64", base64.b64encode(b"Hello there"), "Hello there"),
        ("base64", b"SGVsbG8gdGhlcmU", "Hello there"),
        ("base64", b"SGVs bG8g\r\n*dGhlcmU=\r\n-- a footer", "Hello there"),
        ("BASE64 ", base64.b64encode(b"Hello there"), "Hello there"),
        ("quoted-printable", b"Hel=6Co =\r\nthere", "Hello there"),
        ("quoted-printable", b"100 =% sure =\r\n", "100 =% sure "),
        ("x-uuencode", b"begin 644 a\r\n+2&5L;&\\@=&AE<F4 \r\n`\r\nend\r\n", "Hello there"),
        ("x-uuencode", b"begin 644 a\n#\xff\xff\xff\xff\n\n+2&5L;&\\@=&AE<F4 \nend\n", "Hello there"),
        ("7-bit", b"Hello there", "Hello there"),
        ("nonsense", b"Hello there", "Hello there"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_they_can_be(encoding: str, content: bytes, text: str) -> None:
    read = _text(content, "text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert read.startswith(text)


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


def test_of_alternatives_both_are_kept() -> None:
    mail = parse(multipart("alternative", part(b"plain"), part(b"<p>rich</p>", "text/html")))
    assert (mail.text, mail.html, mail.attachments) == ("plain", "<p>rich</p>", ())


def test_a_footer_in_html_does_not_hide_a_plain_text() -> None:
    mail = parse(multipart("mixed", part(b"1 < 2"), part(b"<p>List footer</p>", "text/html")))
    assert mail.text == "1 < 2\n\nList footer"
    assert mail.html == "<pre>1 &lt; 2</pre>\n<p>List footer</p>"


def test_attachments_keep_their_bytes_names_and_types() -> None:
    content = bytes(range(256))
    mail = parse(
        multipart(
            "mixed",
            part(b"see file"),
            part(
                base64.b64encode(content),
                'application/pdf; name="x.pdf"',
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf",
            ),
        )
    )
    (file,) = mail.attachments
    assert (file.filename, file.content_type, file.content) == ("Grüße.pdf", "application/pdf", content)


def test_an_inline_picture_keeps_its_content_id() -> None:
    picture = part(b"GIF89a", "image/gif", "Content-ID: <logo@x>", "Content-Disposition: inline")
    mail = parse(multipart("related", part(b'<img src="cid:logo@x">', "text/html"), picture))
    (file,) = mail.attachments
    assert (file.content_id, file.filename) == ("logo@x", "attachment-1.gif")


def test_a_text_file_is_a_file_and_not_what_the_mail_says() -> None:
    mail = parse(multipart("mixed", part(b"look"), part(b"a,b", "text/plain; name=a.txt"), part(b"a,b", "text/csv")))
    assert mail.text == "look"
    assert [file.filename for file in mail.attachments] == ["a.txt", "attachment-2.csv"]


def test_a_forwarded_mail_is_kept_byte_for_byte() -> None:
    inner = (
        b"From: bob@x.example\r\nSubject: =?broken\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nHi"
    )
    mail = parse(multipart("mixed", part(b"see below"), part(inner, "message/rfc822")))
    (file,) = mail.attachments
    assert mail.text == "see below"
    assert (file.filename, file.content_type, file.content) == ("=_broken.eml", "message/rfc822", inner)


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\ann\\\\report.doc", "report.doc"),
        ("a\0b.txt", "ab.txt"),
        ("..", "attachment-1.png"),
        (" .hidden", "hidden"),
        ("con.txt", "_con.txt"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("evil\u202ecod.exe", "evilcod.exe"),
        ("n" * 300 + ".pdf", "n" * 120 + ".pdf"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe.txt?=", "Grüße.txt"),
        ("Gr\u00fc\u00dfe.txt", "Grüße.txt"),
        ("", "attachment-1.png"),
    ],
)
def test_file_names_are_safe_on_every_disk(written: str, safe: str) -> None:
    mail = parse(multipart("mixed", part(b"x", f'image/png; name="{written}"')))
    assert mail.attachments[0].filename == safe


def test_a_type_that_makes_no_sense_becomes_plain_bytes() -> None:
    mail = parse(multipart("mixed", part(b"x", "image/p<script>ng; name=a.bin")))
    assert mail.attachments[0].content_type == "application/octet-stream"


def test_a_multipart_with_a_wrong_boundary_still_says_something() -> None:
    assert parse(b"Content-Type: multipart/mixed; boundary=no\r\n\r\n--other\r\n\r\nHello.\r\n").text.endswith("Hello.")


def test_a_text_of_more_than_a_million_characters_is_cut_and_kept_whole_as_a_file() -> None:
    raw = headers("Content-Type: text/plain") + b"a long story\r\n" * 100_000
    mail = parse(raw)
    assert len(mail.text) == 1_000_000
    assert [(file.filename, file.content) for file in mail.attachments] == [("complete-message.eml", raw)]


def test_of_very_many_files_the_rest_is_kept_in_the_whole_mail() -> None:
    raw = multipart("mixed", *[part(b"x", f"image/png; name={number}.png") for number in range(300)])
    mail = parse(raw)
    assert [file.filename for file in mail.attachments][-2:] == ["199.png", "complete-message.eml"]
    assert mail.attachments[-1].content == raw


def test_html_too_large_to_lay_out_is_still_read_in_lines() -> None:
    rows = "".join(f"<tr><td>Offer\r\n{n}</td><td>{n} &euro;</td></tr>\n" for n in range(5_000))
    markup = f"<head><title>no</title></head><body><script>no()</script><table>{rows}</table><p>Bye,<br>Ann</p>"
    text = parse(headers("Content-Type: text/html; charset=utf-8")[:-8] + markup.encode()).text
    assert text.startswith("Offer 0  0 €\n\nOffer 1  1 €\n\n")
    assert text.endswith("Offer 4999  4999 €\n\nBye,\nAnn")


def test_texts_beyond_what_is_read_are_kept_as_files() -> None:
    story = part(b"a long story\r\n" * 50_000)
    mail = parse(multipart("mixed", *[story] * 5, part(b"the end")))
    assert [file.filename for file in mail.attachments] == [
        "attachment-1.txt",
        "attachment-2.txt",
        "complete-message.eml",
    ]
    assert mail.attachments[1].content == b"the end"
