"""Signed and encrypted mail is marked."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, mail, multipart, part


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
