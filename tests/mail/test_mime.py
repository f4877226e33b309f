"""Parts with a job of their own: folded text, names, signatures, invitations, and headers broken on the way."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, mail, multipart, part

EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700329T030000\r\nEND:VTIMEZONE\r\n"
    b"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261123T090000\r\nDTEND;TZID=Europe/Berlin:20261123T103000\r\n"
    b"SUMMARY:Repair\\, printer in\r\n  room 12\r\nLOCATION:Main building\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def _flowed(text: str, more: str = "") -> str:
    return parse(headers(f"Content-Type: text/plain; format=flowed{more}")[:-8] + text.encode()).text


def test_folded_text_is_put_back_into_paragraphs() -> None:
    assert _flowed("One long \r\nline.\r\nAnother.") == "One long line.\nAnother."


def test_folded_text_keeps_the_space_only_where_it_belongs_to_the_text() -> None:
    assert _flowed("Donaudampf \r\nschiff", "; delsp=yes") == "Donaudampfschiff"


def test_folded_quotes_of_one_depth_are_joined() -> None:
    assert _flowed(">> a \r\n>> b\r\n> c \r\nd") == ">> a b\n> c \nd"


def test_a_signature_line_is_no_folded_line() -> None:
    assert _flowed("Bye \r\n-- \r\nAnn") == "Bye \n-- \nAnn"


def test_a_stuffed_space_is_no_part_of_folded_text() -> None:
    assert _flowed(" From here\r\n >no quote") == "From here\n>no quote"


def test_text_that_is_not_folded_keeps_its_lines() -> None:
    assert parse(mail("One \r\nTwo")).text == "One \nTwo"


def test_enriched_text_alone_is_readable() -> None:
    raw = (
        headers("Content-Type: text/enriched")[:-8]
        + b"<bold>Hello</bold>\nyou <<there\n\n<color><param>red</param>x</color>"
    )
    assert parse(raw).text == "Hello you <there\nx"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("message/delivery-status", "delivery-status.txt"),
        ("text/rfc822-headers", "headers.txt"),
        ("application/pkcs7-mime", "smime.p7m"),
        ("application/pgp-signature", "signature.asc"),
        ("image/jpg", "attachment-1.jpg"),
        ("message/rfc822", "Re_ your _ offer.eml"),
    ],
)
def test_a_file_without_a_name_is_called_by_what_it_is(content_type: str, name: str) -> None:
    content = b"Subject: =?utf-8?q?Re=3A_your?=\r\n / offer\r\n\r\nHello"
    (file,) = parse(multipart("mixed", part(content, content_type))).attachments
    assert file.filename == name


def test_a_forwarded_mail_with_an_endless_subject_is_still_an_eml_file() -> None:
    content = b"Subject: " + b"long " * 100 + b"\r\n\r\nHello"
    (file,) = parse(multipart("mixed", part(content, "message/rfc822"))).attachments
    assert file.filename.endswith(".eml")
    assert len(file.filename) <= 150


@pytest.mark.parametrize(
    ("kind", "parameters", "mark"),
    [
        ("signed", "protocol=application/pkcs7-signature", "S/MIME signed"),
        ("signed", 'protocol="application/x-pkcs7-signature"', "S/MIME signed"),
        ("signed", "protocol=application/pgp-signature", "OpenPGP signed"),
        ("encrypted", "protocol=application/pgp-encrypted", "OpenPGP encrypted"),
        ("signed", "protocol=application/other", "signed"),
        ("mixed", "x=y", ""),
    ],
)
def test_signed_and_encrypted_mail_is_marked(kind: str, parameters: str, mark: str) -> None:
    whole = multipart(f"{kind}; {parameters}", part(b"I agree."), part(b"xx", "application/octet-stream"))
    assert parse(whole).signed == mark
    # A mailing list wraps it once more.
    inner = whole.replace(b"cut", b"in").replace(b"From: Ann Lee <ann@customer.example>\r\n", b"")
    assert parse(multipart("mixed", inner, part(b"List footer"))).signed == mark


@pytest.mark.parametrize(
    ("smime_type", "mark"),
    [("enveloped-data", "S/MIME encrypted"), ("signed-data", "S/MIME signed"), ("compressed-data", "")],
)
def test_a_mail_that_is_one_smime_block_is_marked_and_kept(smime_type: str, mark: str) -> None:
    parsed = parse(headers(f"Content-Type: application/pkcs7-mime; smime-type={smime_type}"))
    assert parsed.signed == mark
    assert [file.filename for file in parsed.attachments] == ["smime.p7m"]


def test_a_pgp_signature_within_the_text_is_marked() -> None:
    assert parse(mail("-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHi")).signed == "OpenPGP signed"
    assert parse(mail("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM")).signed == "OpenPGP encrypted"
    assert parse(mail("> -----BEGIN PGP MESSAGE-----")).signed == ""


def test_an_invitation_is_kept_and_its_event_named() -> None:
    parsed = parse(multipart("mixed", part(b"See you!"), part(EVENT, "text/calendar; method=REQUEST")))
    line = "Invitation: Repair, printer in room 12, 2026-11-23 09:00 to 10:30 (Europe/Berlin), Main building"
    assert parsed.text == f"See you!\n\n{line}"
    assert [(file.filename, file.content) for file in parsed.attachments] == [("invitation.ics", EVENT)]


def test_an_invitation_whose_mail_names_the_event_needs_no_further_line() -> None:
    parsed = parse(multipart("mixed", part(b"Repair, printer in room 12"), part(EVENT, "text/calendar")))
    assert parsed.text == "Repair, printer in room 12"


def test_an_invitation_is_named_in_the_html_too() -> None:
    parsed = parse(multipart("alternative", part(b"<p>Come</p>", "text/html"), part(EVENT, "text/calendar")))
    assert "<p>Invitation: Repair, printer" in parsed.html
    assert parsed.text.startswith("Come\n\nInvitation: Repair")


@pytest.mark.parametrize("content", [b"", b"BEGIN:VEVENT", b"BEGIN:VEVENT\nSUMMARY:\nEND:VEVENT", b"\xff\0" * 5_000])
def test_a_calendar_that_says_nothing_is_just_a_file(content: bytes) -> None:
    assert parse(multipart("mixed", part(b"Hi"), part(content, "text/calendar; name=a.ics"))).text == "Hi"


def test_headers_of_a_part_whose_indentation_was_stripped_are_understood() -> None:
    broken = (
        b'Content-Type: image/png; \r\nname="a.png"\r\nContent-Disposition: inline; size=3; \r\n'
        b'creation-date="Mon, 23 Nov 2026 10:00:00 GMT"\r\nContent-ID: <a@x>\r\n'
        b"Content-Transfer-Encoding: base64 \r\n\r\nYWJj"
    )
    (file,) = parse(multipart("related", part(b"Hi"), broken)).attachments
    assert (file.filename, file.content_id, file.content) == ("a.png", "a@x", b"abc")


def test_a_multipart_whose_boundary_stands_in_a_line_of_its_own_is_understood() -> None:
    inner = b"Content-Type: multipart/alternative; \r\nboundary=in \r\n\r\n--in\r\n\r\nHello\r\n--in--\r\n"
    assert parse(multipart("mixed", inner)).text == "Hello"
    assert parse(b"From: a@x.example\r\n" + inner).text == "Hello"


def test_text_without_headers_that_only_looks_like_one_stays_text() -> None:
    assert parse(multipart("mixed", b"Note: to all\r\nof you\r\n\r\nHello")).text == "of you\n\nHello"


def test_spaces_behind_soft_line_breaks_are_no_text() -> None:
    raw = headers("Content-Transfer-Encoding: quoted-printable")[:-8] + b"one= \r\n two"
    assert parse(raw).text == "one two"


def test_a_boundary_that_lacks_its_last_dash_is_no_text() -> None:
    raw = multipart("mixed", part(b"Hello"))
    assert parse(raw.replace(b"--cut--", b"--cut-")).text == "Hello"


def test_html_that_names_its_own_charset_is_read_in_it() -> None:
    markup = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>előfordult</p>'
    assert parse(headers("Content-Type: text/html")[:-8] + markup.encode("iso-8859-2")).text == "előfordult"


def test_japanese_text_with_characters_of_windows_is_read() -> None:
    raw = headers("Content-Type: text/plain; charset=iso-2022-jp")[:-8] + b"\x1b$BJs9p=q-!\x1b(B ok"
    assert parse(raw).text == "報告書① ok"


def test_the_first_of_authors_without_a_comma_wrote_the_mail() -> None:
    assert parse(mail(sender="tim@x.example ann@x.example")).author_address == "tim@x.example"
