"""What somebody writes becomes a message in the thread of its ticket."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from otalink.desk.replies import message_id_of, reply_to
from otalink.desk.types import Article, ArticleDraft, SenderType, StateType, Ticket

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def article(message_id: str) -> Article:
    return Article(1, SenderType.CUSTOMER, "ann@x.example", "", "", "", "", message_id, (), True, NOW)


def reply(*earlier: str) -> ArticleDraft:
    queue = ("Support", "support@x.example", "Support")
    ticket = Ticket("1", "Printer", "new", StateType.NEW, "3 normal", *queue, "ann@x.example", "x", NOW, NOW, None)
    return reply_to(
        ticket,
        [article(message_id) for message_id in earlier],
        "Hello",
        sender_type=SenderType.AGENT,
        from_address="support@x.example",
        from_name="Support",
        to="ann@x.example",
    )


def test_it_answers_the_last_message_that_has_an_id_and_names_those_before() -> None:
    draft = reply("a@x", "b@x", "")
    assert (draft.subject, draft.in_reply_to, draft.references) == ("Re: Printer", "b@x", ("a@x", "b@x"))


def test_a_long_thread_is_named_by_its_end() -> None:
    assert reply(*(f"{n}@x" for n in range(30))).references == tuple(f"{n}@x" for n in range(20, 30))


def test_the_first_message_answers_none() -> None:
    with time_machine.travel(NOW, tick=False):
        draft = reply()
    assert (draft.in_reply_to, draft.references, draft.sent_at) == ("", (), NOW)


def test_a_form_has_one_message_id() -> None:
    assert message_id_of("reply-1", "https://desk.example:8000/path") == "reply-1@desk.example"
