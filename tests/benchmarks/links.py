"""Making links, with few and with many stored tokens."""

from __future__ import annotations

import time

from tests.benchmarks.figure import Figure, at_least, at_most, print_figures
from tests.benchmarks.setup import start_django

FEW, MANY, ROUNDS = 1_000, 1_000_000, 3_000

_FILL = """
INSERT INTO {table} (digest, ticket_number, customer_login, state, created, changed)
WITH RECURSIVE counter(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM counter WHERE n < %s)
SELECT lower(hex(randomblob(32))), '2026010110' || n, 'person' || n || '@customer.example', 'active', %s, %s
FROM counter
"""


def main() -> None:
    """Measure."""
    start_django()
    from django.db import connection
    from django.utils import timezone

    from otalink.tokens.issue import issue, mark_delivered
    from otalink.tokens.models import Token

    def fill(first: int, last: int) -> None:
        now = timezone.now().isoformat(" ")
        with connection.cursor() as cursor:
            cursor.execute(_FILL.format(table=Token._meta.db_table), [first, last, now, now])

    def rate(prefix: str) -> tuple[float, float]:
        start = time.perf_counter()
        links = [issue(f"{prefix}{n}", f"person{n}@customer.example") for n in range(ROUNDS)]
        issued = time.perf_counter() - start
        for link in links:
            mark_delivered(link.id)
        return ROUNDS / issued, ROUNDS / (time.perf_counter() - start)

    fill(1, FEW)
    rate("warm-up-")
    few, few_delivered = rate("few-")
    fill(FEW + 1, MANY)
    many, many_delivered = rate("many-")
    print_figures(
        [
            at_least(f"Making a link, {FEW:,} stored tokens", few, "links/s", 1_000),
            at_least(f"Making a link, {MANY:,} stored tokens", many, "links/s", 1_000),
            at_most("... slower with the many than with the few", 100 * (1 - many / few), "%", 20),
            Figure(f"Making and delivering a link, {FEW:,} stored tokens", few_delivered, "links/s"),
            Figure(f"Making and delivering a link, {MANY:,} stored tokens", many_delivered, "links/s"),
        ]
    )


if __name__ == "__main__":
    main()
