"""What a mail program wrote is told from what a person wrote."""

from __future__ import annotations

from otalink.articles.history_words import (
    Header,
    header,
    is_forward_subject,
    is_forwarded,
    is_original,
    plain,
    points_down,
)


def test_headers_are_known_in_many_languages_and_spellings() -> None:
    assert header(plain("*From:* Ann")) == (Header.FROM, "Ann")
    assert header(plain("Envoy\u00e9 le\u00a0: lundi")) == (Header.SENT, "lundi")
    assert header(plain("\u4ef6\u540d\uff1ax")) == (Header.SUBJECT, "x")
    assert header("Pieces: 4") is None


def test_separators_are_whole_lines() -> None:
    assert is_original("-----Original Message-----")
    assert is_original("-------- Mensaje original --------")
    assert not is_original("Here is the original message")
    assert is_forwarded("---------- Forwarded message ---------")
    assert is_forwarded("Begin forwarded message:")
    assert not is_forwarded("The forwarded message was lost")


def test_a_subject_says_whether_a_mail_was_forwarded() -> None:
    assert is_forward_subject("WG: Drucker")
    assert not is_forward_subject("AW: WG: Drucker")
    assert not is_forward_subject("Forward it")


def test_somebody_points_at_what_is_below_only_in_whole_words() -> None:
    assert points_down("Please see below.")
    assert not points_down("The belowground tank")
