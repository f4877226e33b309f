"""Exchanging a text of a mail: the rest of it stays byte for byte, what is signed or encrypted all of it."""

from __future__ import annotations

import base64
from email.errors import MessageDefect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otalink.otobo.relay.structure import Text, exchanged, texts
from tests.otobo.relay import mails
from tests.otobo.relay.mails import alternative, crlf, head, parsed, part, several, single


def upper(raw: bytes) -> bytes:
    return exchanged(raw, [(text, text.content.upper()) for text in texts(raw)])


def defects(raw: bytes) -> list[MessageDefect]:
    return [defect for each in parsed(raw).walk() for defect in each.defects]


def test_it_finds_the_text_and_the_html_of_a_mail() -> None:
    found = texts(alternative())
    assert [text.is_html for text in found] == [False, True]
    assert [text.content.replace("\r\n", "\n").rstrip("\n") for text in found] == [
        mails.TEXT.rstrip("\n"), mails.HTML,
    ]  # fmt: skip


def test_a_text_exchanged_for_itself_changes_what_is_written_in_no_way() -> None:
    raw = alternative()
    same = exchanged(raw, [(text, text.content) for text in texts(raw)])
    assert [text.content for text in texts(same)] == [text.content for text in texts(raw)]
    assert [str(each.items()) for each in parsed(same).walk()] == [str(each.items()) for each in parsed(raw).walk()]


def test_everything_around_an_exchanged_text_is_the_same_bytes() -> None:
    raw = alternative()
    (_, html), changed = texts(raw), "<p>new</p>"
    new = exchanged(raw, [(html, changed)])
    assert new == raw[: html.body.start] + changed.encode() + raw[html.body.stop :]
    assert not defects(new)


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
def test_a_text_keeps_its_encoding(encoding: str) -> None:
    content = "see the ticket\n" * 10
    raw = single(content, encoding) if encoding != "base64" else crlf(
        head(content_type="text/plain; charset=utf-8").encode()
        + b"Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(content.replace("\n", "\r\n").encode())
    )  # fmt: skip
    new = upper(raw)
    assert parsed(new)["Content-Transfer-Encoding"] == encoding
    assert parsed(new).get_content().replace("\r\n", "\n").strip() == content.upper().strip()


def test_letters_that_its_charset_lacks_bring_another_charset() -> None:
    raw = single("see the ticket", "7bit", "us-ascii")
    (text,) = texts(raw)
    new = parsed(exchanged(raw, [(text, "für Sie")]))
    assert (new.get_content_charset(), new["Content-Transfer-Encoding"]) == ("utf-8", "quoted-printable")
    assert new.get_content().strip() == "für Sie"


def test_letters_that_its_charset_has_leave_it_alone() -> None:
    raw = single("für Sie: hier", "quoted-printable", "iso-8859-1")
    (text,) = texts(raw)
    new = exchanged(raw, [(text, "für Sie: dort")])
    assert parsed(new).get_content_charset() == "iso-8859-1"
    assert parsed(new).get_content().strip() == "für Sie: dort"


def test_a_line_that_is_too_long_for_mail_is_folded() -> None:
    raw = single("see the ticket", "7bit")
    (text,) = texts(raw)
    new = exchanged(raw, [(text, "x" * 2_000)])
    assert max(len(line) for line in new.split(b"\r\n")) < 998
    assert b"\n" not in new.replace(b"\r\n", b"")
    assert parsed(new).get_content().strip() == "x" * 2_000


def test_a_broken_charset_loses_no_byte() -> None:
    raw = single("see", "8bit") + b"\xff\xfe and more\r\n"
    (text,) = texts(raw)
    assert exchanged(raw, [(text, text.content + "!")]) == raw + b"!"


def test_a_part_without_headers_is_a_text() -> None:
    raw = crlf(head().encode() + b"\n" + several(mails.BOUNDARY, b"\nsee the ticket"))
    (text,) = texts(raw)
    new = parsed(exchanged(raw, [(text, "für Sie")]))
    (child,) = new.iter_parts()
    assert child.get_content().strip() == "für Sie"


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/signed; protocol="application/pgp-signature"',
        'multipart/encrypted; protocol="application/pgp-encrypted"',
    ],
)
def test_what_is_signed_or_encrypted_has_no_text_to_exchange(kind: str) -> None:
    raw = crlf(
        head(content_type=f'{kind}; boundary="sealed"').encode()
        + b"\n"
        + several("sealed", part(mails.TEXT, "plain"), b"Content-Type: application/pgp-signature\n\nabc")
    )
    assert texts(raw) == []
    assert upper(raw) == raw


@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=enveloped-data", "application/x-pkcs7-mime"])
def test_smime_has_no_text_to_exchange(kind: str) -> None:
    raw = crlf(head(content_type=kind).encode() + b"Content-Transfer-Encoding: base64\n\nPE9UT0JPXw==\n")
    assert texts(raw) == []


@pytest.mark.parametrize("line", ["-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP MESSAGE-----"])
def test_a_seal_within_the_text_keeps_it(line: str) -> None:
    assert texts(single(f"Hello\n\n{line}\nHash: SHA256\n\n{mails.TAG}\n")) == []


def test_a_mail_with_a_signature_of_its_domain_stays_as_it_is() -> None:
    raw = b"DKIM-Signature: v=1; d=desk.example; b=abc\r\n" + alternative()
    assert texts(raw) == []


def test_files_and_embedded_mails_stay_as_they_are() -> None:
    file = b'Content-Type: text/plain; name="notes.txt"\nContent-Disposition: attachment\n\n' + mails.TAG.encode()
    inner = b"Content-Type: message/rfc822\n\nSubject: x\n\n" + mails.TAG.encode()
    raw = crlf(
        head(content_type='multipart/mixed; boundary="outer"').encode()
        + b"\n"
        + several("outer", part("hello", "plain"), file, inner)
    )
    assert [text.content.strip() for text in texts(raw)] == ["hello"]


def test_a_text_within_several_levels_is_found() -> None:
    inner = several("inner", part("hello", "plain"), part("<p>hello</p>", "html"))
    middle = b'Content-Type: multipart/alternative; boundary="inner"\n\n' + inner
    raw = crlf(head(content_type='multipart/mixed; boundary="outer"').encode() + b"\n" + several("outer", middle))
    assert [text.content.strip() for text in texts(raw)] == ["hello", "<p>hello</p>"]
    assert not defects(upper(raw))


def test_a_mail_without_its_last_boundary_is_read_to_its_end() -> None:
    raw = alternative().rpartition(f"\r\n--{mails.BOUNDARY}--".encode())[0]
    assert [text.is_html for text in texts(raw)] == [False, True]
    assert "<P>" in upper(raw).decode()


def test_mail_of_endless_depth_or_width_is_left_alone() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(200))
    assert texts(crlf(deep.encode())) == []
    wide = b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 5_000
    assert texts(crlf(wide)) == []


_LINES = st.sampled_from(
    [b"", b"--b", b"--b--", b"--c", b"--c--", b"Content-Type: text/plain; charset=utf-8", b"hello", b"\xff=",
     b"Content-Type: text/html; charset=utf-16", b"Content-Transfer-Encoding: base64", b"aGVsbG8=", b" folded",
     b'Content-Type: multipart/mixed; boundary="b"', b"Content-Type: multipart/alternative; boundary=c", b"=41=\r",
     b"Content-Transfer-Encoding: quoted-printable", b"Content-Type: text/plain; charset*=x''y", b"Content-Type:"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(_LINES, max_size=30))
def test_any_mail_can_be_looked_at_and_keeps_what_is_not_exchanged(lines: list[bytes]) -> None:
    raw = b"\r\n".join(lines)
    found: list[Text] = texts(raw)
    assert exchanged(raw, []) == raw
    if found:
        new = exchanged(raw, [(found[0], f"{found[0].content}!")])
        assert raw[: found[0].head.start] == new[: found[0].head.start]
