"""What somebody probably meant."""

from __future__ import annotations

import pytest

from otalink.common.nearest import nearest


@pytest.mark.parametrize(
    ("name", "found"),
    [("Suport", "Support"), ("SUPPORT", "Support"), ("Sale", "Sales"), ("Nothing alike", ""), ("", "")],
)
def test_it_finds_the_name_that_is_most_alike(name: str, found: str) -> None:
    assert nearest(name, ["Sales", "Support"]) == found
