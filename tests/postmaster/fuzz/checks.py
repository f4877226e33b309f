"""What must hold for any bytes that come in as mail."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from otalink.articles.display import body_of
from otalink.customers.addresses import is_address
from otalink.desk.types import Article, SenderType
from otalink.mail.incoming import IncomingMail, parse
from tests.support.pace import slower

SECONDS = 5.0
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def texts(mail: IncomingMail) -> Iterator[str]:
    """Every text that is going to be stored."""
    yield from (mail.author_address, mail.author_name, mail.subject, mail.text, mail.html, mail.to, mail.cc)
    yield from (mail.message_id, mail.in_reply_to, *mail.references, *mail.recipients, *mail.reported_ids, mail.signed)
    yield from (text for pair in mail.directives.items() for text in pair)
    yield from (text for file in mail.attachments for text in (file.filename, file.content_type, file.content_id))


def check(raw: bytes) -> IncomingMail:
    """Parse and show a mail; every property that does not hold is an AssertionError."""
    started = time.thread_time()
    mail = parse(raw)
    shown = body_of(_article(mail), lambda id_: f"/files/{id_}")
    assert time.thread_time() - started < SECONDS * slower()
    assert not any(_UNKEEPABLE.search(text) for text in texts(mail))
    assert "\n" not in mail.subject + mail.author_name + mail.author_address
    assert not mail.author_address or is_address(mail.author_address)
    assert all(file.filename and "/" not in file.filename and len(file.filename) <= 200 for file in mail.attachments)
    assert len(mail.signed) <= 30
    assert "<script" not in (shown.html + shown.quoted).lower()
    assert mail.raw == raw
    return mail


def _article(mail: IncomingMail) -> Article:
    return Article(
        id=1,
        sender_type=SenderType.CUSTOMER,
        from_address=mail.author_address,
        from_name=mail.author_name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=mail.message_id,
        references=mail.references,
        visible_for_customer=True,
        created=datetime.now(UTC),
    )
