"""The cache of answers is bounded in number, size and age."""

from __future__ import annotations

from otalink.postmaster.authentication.answers import Answer, AnswerCache

KEY = ("now._domainkey.customer.example", "TXT")


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_remembered_for_as_long_as_it_holds() -> None:
    clock = Clock()
    cache = AnswerCache(clock=clock)
    cache.keep(KEY, Answer((b"v=DKIM1",), seconds=60))
    clock.now = 59
    assert cache.get(KEY) == Answer((b"v=DKIM1",), seconds=60)
    clock.now = 60
    assert cache.get(KEY) is None


def test_none_is_remembered_for_longer_than_an_hour_and_that_there_is_none_for_five_minutes() -> None:
    clock = Clock()
    cache = AnswerCache(clock=clock)
    cache.keep(KEY, Answer((b"v=DKIM1",), seconds=1e9))
    cache.keep(("no.example", "TXT"), Answer(exists=False, seconds=1e9))
    clock.now = 299
    assert cache.get(("no.example", "TXT")) == Answer(exists=False, seconds=1e9)
    clock.now = 301
    assert cache.get(("no.example", "TXT")) is None
    assert cache.get(KEY)
    clock.now = 3_601
    assert cache.get(KEY) is None


def test_what_nobody_asked_for_goes_first_when_forgers_make_us_ask_for_many_names() -> None:
    cache = AnswerCache(size=100, clock=Clock())
    cache.keep(KEY, Answer((b"v=DKIM1",), seconds=60))
    for number in range(10_000):
        cache.keep((f"n{number}.evil.example", "TXT"), Answer(seconds=60))
        if number % 50 == 0:
            assert cache.get(KEY)
    assert sum(cache.get((f"n{number}.evil.example", "TXT")) is not None for number in range(10_000)) == 99


def test_an_answer_that_takes_much_room_or_holds_for_a_moment_is_not_kept() -> None:
    cache = AnswerCache(clock=Clock())
    cache.keep(KEY, Answer((b"x" * 3_000, b"x" * 3_000), seconds=60))
    assert cache.get(KEY) is None
    cache.keep(KEY, Answer((b"x",), seconds=0))
    assert cache.get(KEY) is None
