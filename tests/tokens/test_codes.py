"""The code beside a link: how it looks, what counts as typing it, and what is stored of it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from otalink.desk.types import Ticket
from otalink.tokens import codes, issue
from otalink.tokens.models import Token
from tests.support.make import ANN


def test_a_code_has_eight_random_digits() -> None:
    made = {codes.new() for _ in range(500)}
    assert len(made) > 495
    assert all(re.fullmatch("[0-9]{8}", code) for code in made)
    assert {code[0] for code in made} == set("0123456789")


# A dash and full-width digits, as telephones and mail programs of other countries write them.
_DASH, _WIDE = "\u2013", "".join(chr(0xFF10 + digit) for digit in range(1, 9))


@pytest.mark.parametrize(
    "text",
    [
        *("12345678", "1234-5678", " 1234 5678 ", f"1234{_DASH}5678", "1 2 3 4 5 6 7 8", "1234 - 5678"),
        *(f"{_WIDE[:4]}-{_WIDE[4:]}", "1234\u200b5678"),
    ],
)
def test_however_its_halves_are_parted_it_is_the_code(text: str) -> None:
    assert codes.typed(text) == "12345678"


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234-567a", "a1234-5678", "1234+5678", "test", "²" * 4])
def test_anything_else_is_no_code(text: str) -> None:
    assert codes.typed(text) == ""


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_eight_digits_or_nothing(text: str) -> None:
    assert re.fullmatch("([0-9]{8})?", codes.typed(text))


def test_what_is_stored_depends_on_the_code_its_link_and_the_secret_key(settings: Settings) -> None:
    stored = codes.hash_of("12345678", "a" * 64)
    assert len(stored) == 64
    assert len({stored, codes.hash_of("12345679", "a" * 64), codes.hash_of("12345678", "b" * 64)}) == 3
    settings.SECRET_KEY = "another key"
    assert codes.hash_of("12345678", "a" * 64) != stored


@pytest.mark.django_db
def test_the_database_holds_no_code(ticket: Ticket) -> None:
    issued = issue.issue(ticket.number, ANN)
    assert re.fullmatch("[0-9]{4}-[0-9]{4}", issued.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tokens_token")
        stored = repr(cursor.fetchall())
    assert issued.code not in stored
    assert issued.code.replace("-", "") not in stored
    assert len(Token.objects.get().code) == 64
