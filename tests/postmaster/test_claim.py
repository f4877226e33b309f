"""The same mail is filed once, and another mail with its message id is not lost."""

from __future__ import annotations

import pytest

from otalink.minidesk.models import Article
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db


def test_the_same_mail_twice_gives_one_article() -> None:
    raw = mail()
    first, second = run(raw), run(raw)
    assert (second.outcome, second.ticket) == (Outcome.DUPLICATE, first.ticket)
    assert Article.objects.count() == 1


def test_the_same_mail_without_a_message_id_twice_gives_one_article_whatever_its_line_ends() -> None:
    raw = mail(message_id="")
    run(raw)
    assert run(raw.replace(b"\r\n", b"\n")).outcome is Outcome.DUPLICATE
    assert run(mail("Another text", message_id="")).outcome is Outcome.NEW_TICKET


@pytest.mark.parametrize("other", [{"subject": "Other"}, {"sender": "bob@customer.example"}])
def test_another_mail_with_a_message_id_that_was_used_is_not_lost(other: dict[str, str]) -> None:
    run(mail(message_id="same@x.example"))
    result = run(mail(message_id="same@x.example", **other))
    assert result.outcome is Outcome.NEW_TICKET
