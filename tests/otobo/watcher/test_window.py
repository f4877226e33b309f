"""Which ids may still come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from otalink.otobo.watcher.window import PATIENCE, Window


def test_ids_without_gaps_are_settled_at_once() -> None:
    window = Window(10)
    window.saw([11, 12, 13], 0.0)
    assert (window.settled, window.high, window.gaps) == (13, 13, [])


def test_what_lies_beyond_a_gap_is_seen_and_not_settled() -> None:
    window = Window(10)
    window.saw([11, 14], 0.0)
    assert (window.settled, window.high) == (11, 14)
    assert window.missing([12, 13, 14]) == [12, 13]


def test_a_late_id_closes_its_gap() -> None:
    window = Window(10)
    window.saw([14], 0.0)
    window.saw([12], 1.0)
    assert (window.settled, window.missing([11, 12, 13])) == (10, [11, 13])
    window.saw([11, 13], 2.0)
    assert window.settled == 14


def test_a_gap_is_passed_only_after_our_own_clock_saw_it_for_longer_than_a_lock_is_waited_for() -> None:
    window = Window(10)
    window.saw([12], 100.0)
    window.give_up(100.0 + PATIENCE)
    assert window.settled == 10
    window.give_up(100.0 + PATIENCE + 0.1)
    assert window.settled == 12


@given(st.permutations(range(1, 12)))
def test_in_whatever_order_ids_come_nothing_is_settled_before_all_below_it(ids: list[int]) -> None:
    window, seen = Window(0), set[int]()
    for id_ in ids:
        window.saw([id_], 0.0)
        seen.add(id_)
        assert set(range(1, window.settled + 1)) <= seen
        assert set(window.missing(range(1, 12))) == set(range(1, window.high + 1)) - seen
    assert window.settled == 11
