"""A signature ends a text; what might be said below it is none."""

from __future__ import annotations

import pytest

from otalink.articles.text_signatures import signature_of


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nBo Client\nSales",
        "-- \n\n*Bo Client*\nExample Inc.",
        "---------------\nBo Client\n12 High St.\nbo@example.org",
        "-- \n*****\n* Bo Client *\n*****",
        "--\nBo Client\n+49 30 1234567",
        "--\nBest regards,\nBo Client",
        "\nKind regards, Bo",
        "\nMit freundlichen Gr\u00fc\u00dfen\nBo Client\nbo@example.org",
    ],
)
def test_short_lines_below_its_mark_or_a_greeting_are_a_signature(signature: str) -> None:
    text = f"> Is it on?\n{signature}\n\n"
    lines = text.split("\n")
    assert signature_of(lines) == range(1, 1 + signature.count("\n") + 1)


@pytest.mark.parametrize(
    "words",
    [
        "--\nPlease call me",
        "---------------\nThe other printer burns",
        "-- \nBo\n\nAnd one thing more",
        "-- \nBo\nIt burns again.",
        "-- \nBo\nPlease call me at +49 30 1234567 today.",
        "-- \nI have tried to switch it on and off all day long",
        "Regards to your colleague who helped me so well yesterday",
        "Best regards\n\nThe other printer burns",
        "Yes",
        "",
    ],
)
def test_what_might_be_said_is_no_signature(words: str) -> None:
    assert not signature_of(f"> Is it on?\n{words}".split("\n"))
