"""Names from the From header, in the forms that real mail has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otalink.customers.names import split_name


@pytest.mark.parametrize(
    ("display_name", "first", "last"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("Lee, Ann", "Ann", "Lee"),
        ("'Ann Lee'", "Ann", "Lee"),
        ('"Lee, Ann"', "Ann", "Lee"),
        ("Ann Mary Lee", "Ann Mary", "Lee"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Dr. Ann Lee", "Ann", "Lee"),
        ("Lee, Dr. Ann", "Ann", "Lee"),
        ("Ann Lee (Sales)", "Ann", "Lee"),
        ("Ann Lee via Support List", "Ann", "Lee"),
        ("Ann Lee <ann@x.example>", "Ann", "Lee"),
        ("  Ann \t  Lee  ", "Ann", "Lee"),
        ("Ann\x00 Lee\r\n", "Ann", "Lee"),
        ("Prince", "Prince", ""),
        ("李小龍", "李小龍", ""),
        ("Jörg Müller", "Jörg", "Müller"),
        ("Lee,", "Lee", ""),
        ("Ann Lee, MBA", "Ann", "Lee"),
        ("Lee, Ann, Dr.", "Ann", "Lee"),
        ("Lee, Ann, Sales", "Ann, Sales", "Lee"),
        ("Dr., MBA", "Dr.", ""),
        ("Ma, Yo-Yo", "Yo-Yo", "Ma"),
        ("mailto:ann.lee@x.example", "Ann", "Lee"),
        ("-", "Ann", "Lee"),
        (" , ", "Ann", "Lee"),
        ("Win at http://spam.example/x", "Ann", "Lee"),
        ("www.spam.example", "Ann", "Lee"),
        ("ann.lee@x.example", "Ann", "Lee"),
        ("", "Ann", "Lee"),
        (" ", "Ann", "Lee"),
        ('""', "Ann", "Lee"),
    ],
)
def test_it_reads_the_name(display_name: str, first: str, last: str) -> None:
    assert split_name(display_name, "ann.lee@x.example") == (first, last)


def test_it_takes_the_name_from_an_address_without_words() -> None:
    assert split_name("", "info@x.example") == ("Info", "")
    assert split_name("", "ann+shop@x.example") == ("Ann", "")
    assert split_name("", "...@x.example") == ("...@x.example", "")


@given(st.text(max_size=80), st.emails())
def test_it_never_gives_an_empty_name(display_name: str, address: str) -> None:
    first, last = split_name(display_name, address)
    assert f"{first}{last}".strip()
    assert first == first.strip()
    assert last == last.strip()
