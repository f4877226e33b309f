"""A flood of forged mail on the real intake, with proven newcomers in between and a worker that answers."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as default_policy
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from otalink.customers.addresses import mailbox
from otalink.customers.models import CustomerUserRecord
from otalink.maintenance.worker import Worker
from otalink.notifications.models import MailState, OutboxMail
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import MX, mail, proven, trust

# Of a forged mail, in what nobody may ever read who did not write it.
WORDS = "Wincasino"
_FORGED_RESULTS = "Authentication-Results: mx.elsewhere.example; dmarc=pass header.from="
_CHECKED_IN_VAIN = f"Authentication-Results: {MX}; spf=softfail smtp.mailfrom=elsewhere.example"


@dataclass(frozen=True)
class Flooded:
    """What came of it: seconds from each proven newcomer's mail to their answer, and how many mails each mailbox got.

    `forged_words` are the mails with a word that a forger chose, `seconds` what the intake of all took.
    """

    waits: list[float]
    mails_to: Counter[str]
    forged_words: int
    seconds: float


def flood(forged: int, newcomers: int, known: int, patience: float = 300.0) -> Flooded:
    """Take in that many forged mails, part of them in the name of `known` customer users, and wait for all answers.

    `settings.OTALINK_MAIL_URL` is a folder.

    Raises:
        TimeoutError: mail still waits after `patience` seconds.
    """
    trust()
    _make_known(known)
    worker, started = Worker(), time.perf_counter()
    worker.start()
    try:
        arrivals = _take_in(forged, newcomers, known)
        taken = time.perf_counter() - started
        _wait_for_answers(patience)
    finally:
        worker.stop()
    return _told(arrivals, taken)


def _make_known(count: int) -> None:
    logins = (f"known{n}@client{n % 50}.example" for n in range(count))
    CustomerUserRecord.objects.bulk_create(
        CustomerUserRecord(backend="CustomerUser", login=login, email=login, customer_id=login) for login in logins
    )


def _take_in(forged: int, newcomers: int, known: int) -> dict[str, float]:
    """When each proven newcomer's mail came, by ticket number."""
    every, arrivals = forged // newcomers, dict[str, float]()
    for n in range(forged):
        result = run(_forged(n, known))
        assert result.outcome is Outcome.NEW_TICKET, result
        if n % every == every - 1:
            domain, now = f"real{n}.example", timezone.now().timestamp()
            arrivals[run(mail("Hello", proven(domain), sender=f"Ann Lee <ann@{domain}>")).ticket] = now
    return arrivals


def _forged(n: int, known: int) -> bytes:
    address = (
        f"person{n}@company{n % 700}.example",
        f"known{n // 4 % known}@client{n // 4 % known % 50}.example",
        f"v.i.ctim{n // 4 % 20}+{n}@{'googlemail' if n % 8 == 2 else 'gmail'}.com",
        f"info@target{n}.example",
    )[n % 4]
    results = _CHECKED_IN_VAIN if n % 4 == 1 else _FORGED_RESULTS + address.rpartition("@")[2]
    return mail(f"{WORDS} {n}", results, sender=f"{WORDS} now <{address}>", subject=f"Visit {WORDS} {n}")


def _wait_for_answers(patience: float) -> None:
    deadline = time.monotonic() + patience
    # The worker reads new history within a second; until then nothing waits in the outbox.
    time.sleep(2)
    while waiting := OutboxMail.objects.filter(state=MailState.QUEUED).count():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{waiting} mails wait")
        time.sleep(0.2)


def _told(arrivals: dict[str, float], seconds: float) -> Flooded:
    answers = OutboxMail.objects.filter(ticket_number__in=arrivals, state=MailState.SENT)
    sent = {mail.ticket_number: mail.sent_at.timestamp() for mail in answers if mail.sent_at}
    waits = [sent[number] - at if number in sent else float("inf") for number, at in arrivals.items()]
    folder = Path(str(settings.OTALINK_MAIL_URL).removeprefix("file://"))
    raws = [path.read_bytes() for path in folder.glob("*.eml")]
    messages = [message_from_bytes(raw, policy=default_policy) for raw in raws]
    mails_to = Counter(mailbox(message["To"].addresses[0].addr_spec) for message in messages)
    return Flooded(waits, mails_to, sum(WORDS.encode() in raw for raw in raws), seconds)
