"""What a mail says and what it carries."""

from __future__ import annotations

import base64

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, multipart, part


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


def test_a_multipart_with_a_wrong_boundary_still_says_something() -> None:
    assert parse(b"Content-Type: multipart/mixed; boundary=no\r\n\r\n--other\r\n\r\nHello.\r\n").text.endswith("Hello.")


def test_a_text_of_more_than_a_million_characters_is_cut_and_kept_whole_as_a_file() -> None:
    raw = headers("Content-Type: text/plain") + b"a long story\r\n" * 100_000
    mail = parse(raw)
    assert len(mail.text) == 1_000_000
    assert [(file.filename, file.content) for file in mail.attachments] == [("complete-message.eml", raw)]


def test_texts_beyond_what_is_read_are_kept_as_files() -> None:
    story = part(b"a long story\r\n" * 50_000)
    mail = parse(multipart("mixed", *[story] * 5, part(b"the end")))
    assert [file.filename for file in mail.attachments] == [
        "attachment-1.txt",
        "attachment-2.txt",
        "complete-message.eml",
    ]
    assert mail.attachments[1].content == b"the end"


@pytest.mark.parametrize("disposition", ["", "Content-Disposition: inline; filename=letter.txt"])
def test_a_named_text_that_is_the_only_one_is_what_the_mail_says(disposition: str) -> None:
    more = [disposition] if disposition else []
    picture = part(b"x", "image/png; name=a.png")
    mail = parse(multipart("mixed", picture, part(b"Please help.", "text/plain; name=letter.txt", *more)))
    assert mail.text == "Please help."
    assert [file.filename for file in mail.attachments] == ["a.png", "letter.txt"]


def test_a_mail_that_is_one_named_text_says_it() -> None:
    assert parse(headers('Content-Type: text/plain; name="letter.txt"')).text == "Hello."


def test_a_named_html_that_is_the_only_text_is_what_the_mail_says() -> None:
    mail = parse(multipart("mixed", part(b"<p>Please help.</p>", "text/html; name=letter.html")))
    assert (mail.text, mail.html) == ("Please help.", "<p>Please help.</p>")


def test_a_text_sent_as_an_attachment_is_a_file_even_where_it_is_the_only_text() -> None:
    mail = parse(multipart("mixed", part(b"a", "text/plain", "Content-Disposition: attachment; filename=a.txt")))
    assert (mail.text, [file.filename for file in mail.attachments]) == ("", ["a.txt"])


def test_a_long_or_binary_file_without_a_letter_is_no_letter() -> None:
    for content in (b"a log line\r\n" * 10_000, b"GIF89a\0\0"):
        mail = parse(multipart("mixed", part(b"\r\n"), part(content, "text/plain; name=a.log")))
        assert (mail.text, [file.filename for file in mail.attachments]) == ("", ["a.log"])


def test_the_forms_of_an_alternative_are_text_whatever_they_are_called() -> None:
    forms = (part(b"plain", "text/plain; name=a.txt"), part(b"<p>rich</p>", "text/html; name=a.html"))
    mail = parse(multipart("alternative", *forms))
    assert (mail.text, mail.html, mail.attachments) == ("plain", "<p>rich</p>", ())


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04\x14\0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"\xff\xd8\xff\xe0", b"GIF89a"]
)
def test_a_file_that_is_called_a_text_is_a_file(start: bytes) -> None:
    content = start + bytes(range(256))
    packed = part(base64.encodebytes(content), "text/html", "Content-Transfer-Encoding: base64")
    mail = parse(multipart("mixed", part(b"see file"), packed))
    assert (mail.text, mail.html) == ("see file", "")
    assert [file.content for file in mail.attachments] == [content]


def test_a_text_that_only_looks_packed_is_a_text() -> None:
    assert parse(part(b"UEsDBA is how a ZIP begins.")).text == "UEsDBA is how a ZIP begins."
