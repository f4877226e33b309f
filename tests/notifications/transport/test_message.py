"""A mail with its parts, read back as mail programs read it."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otalink.notifications.transport.message import File, OutgoingMail
from tests.notifications.reading import part

# What a file may be called; a database keeps no NUL and no lone surrogate.
_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


_LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))


def read(mail: OutgoingMail) -> EmailMessage:
    message = message_from_bytes(mail.as_bytes(), policy=default_policy)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def lines(mail: OutgoingMail) -> list[bytes]:
    raw = mail.as_bytes()
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    return raw.split(b"\r\n")


@settings(deadline=None)
@given(_LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_arrives_as_it_was_in_short_lines(line: str, newline: str) -> None:
    mail = OutgoingMail(f"{line}{newline}.{newline}From us{newline}", "<p>x</p>")
    assert part(read(mail), "plain") == f"{line}\n.\nFrom us\n"
    assert all(len(one) <= 78 for one in lines(mail))


def test_a_text_that_looks_like_the_end_of_a_part_ends_none() -> None:
    mail = OutgoingMail("--=_x\n--=_x--\n", "<p>y</p>", (File("a.txt", "text/plain", b"--=_x--"),))
    message = read(mail)
    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain", "text/html", "text/plain",
    ]  # fmt: skip


@settings(deadline=None)
@given(_NAMES, st.binary(max_size=300))
def test_any_file_arrives_with_its_name_and_its_bytes(name: str, content: bytes) -> None:
    mail = OutgoingMail("Hello", files=(File(name, "application/pdf", content),))
    (file,) = read(mail).iter_attachments()
    words = "".join(c if c.isprintable() else " " for c in name).split()
    assert file.get_filename() == " ".join(words)
    assert (file.get_content_type(), file.get_content()) == ("application/pdf", content)
    assert all(len(one) <= 998 for one in lines(mail))


@pytest.mark.parametrize(
    "stated", ["", "text", "a b/c", "message/rfc822", "multipart/mixed", "x/y\r\nBcc: v@x.example"]
)
def test_a_type_that_no_file_can_have_is_sent_as_plain_bytes(stated: str) -> None:
    (file,) = read(OutgoingMail("Hello", files=(File("a", stated, b"\0\1"),))).iter_attachments()
    assert (file.get_content_type(), file.get_content()) == ("application/octet-stream", b"\0\1")


def test_a_header_cannot_begin_another_one() -> None:
    mail = OutgoingMail("Hello")
    mail["X-Note"] = "a\r\nBcc: v@x.example"
    with pytest.raises(ValueError, match="line break"):
        mail.as_bytes()


@pytest.mark.parametrize("subject", ["=?utf-8?q?Bcc?= is no code", "Grüße " * 40, "x" * 300, "word " * 60])
def test_a_subject_is_read_back_as_it_was(subject: str) -> None:
    mail = OutgoingMail("Hello")
    mail["Subject"] = subject.strip()
    assert read(mail)["Subject"] == subject.strip()
