"""Deleting the tokens of 20,000 closed tickets."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.benchmarks.figure import at_most, print_figures
from tests.benchmarks.setup import start_django

TICKETS, TOKENS_EACH = 20_000, 3


def main() -> None:
    """Measure."""
    start_django()
    from django.utils import timezone

    from otalink.minidesk.models import Queue, Ticket
    from otalink.tokens.models import Token
    from otalink.tokens.purge import purge

    now, queue = timezone.now(), Queue.objects.get()
    closed = now - timedelta(days=100)
    for suffix, at in (("closed", closed), ("open", None)):
        Ticket.objects.bulk_create(
            Ticket(
                number=f"{n}-{suffix}", queue=queue, customer_login=f"{n}@customer.example", created=now, changed=now,
                state="closed successful" if at else "open", closed=at,
            )
            for n in range(TICKETS)
        )  # fmt: skip
        Token.objects.bulk_create(
            Token(
                digest=f"{suffix}{n}-{i}", ticket_number=f"{n}-{suffix}", customer_login=f"{n}@customer.example",
                created=now, changed=now,
            )
            for n in range(TICKETS)
            for i in range(TOKENS_EACH)
        )  # fmt: skip
    start = time.perf_counter()
    deleted = purge()
    seconds = time.perf_counter() - start
    assert deleted == TICKETS * TOKENS_EACH
    assert Token.objects.count() == TICKETS * TOKENS_EACH
    print_figures([at_most(f"Purge of {TICKETS:,} closed tickets with {TOKENS_EACH} tokens each", seconds, "s", 2)])


if __name__ == "__main__":
    main()
