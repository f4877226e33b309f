"""Making links, with few and with many stored tokens."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from tests.benchmarks.figure import Figure, at_least, at_most, print_figures
from tests.benchmarks.setup import start_django

FEW, MANY, BATCH, ROUNDS = 1_000, 1_000_000, 400, 9

_FILL = """
INSERT INTO {table} (digest, ticket_number, customer_login, state, code, code_tries, created, changed)
WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < %s)
SELECT lower(hex(randomblob(32))), '2026010110' || n, 'person' || n || '@customer.example', 'active', '', 0, %s, %s
FROM counter
"""


def _use(database: str) -> None:
    """Go on with the SQLite database of that name."""
    from django.conf import settings
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(Path(settings.OTALINK_DATA) / database)


def _fill(tokens: int) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from otalink.tokens.models import Token

    call_command("migrate", verbosity=0)
    now = timezone.now().isoformat(" ")
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(table=Token._meta.db_table), [tokens, now, now])


def _rates(prefix: str) -> tuple[float, float]:
    """Links made a second, and links made and delivered a second."""
    from otalink.tokens.issue import issue, mark_delivered

    issue(f"{prefix}warm-up", "person@customer.example")
    start = time.perf_counter()
    links = [issue(f"{prefix}{n}", f"person{n}@customer.example") for n in range(BATCH)]
    issued = time.perf_counter() - start
    for link in links:
        mark_delivered(link.id)
    return BATCH / issued, BATCH / (time.perf_counter() - start)


def main() -> None:
    """Measure, by turns in two databases, so that both see the same machine."""
    start_django()
    rates: dict[int, list[tuple[float, float]]] = {FEW: [], MANY: []}
    for tokens in rates:
        _use(f"{tokens}.sqlite3")
        _fill(tokens)
        _rates("first-")
    for round_ in range(ROUNDS):
        for tokens, found in rates.items():
            _use(f"{tokens}.sqlite3")
            found.append(_rates(f"{round_}-"))
    (few, few_delivered), (many, many_delivered) = (
        (median(made for made, _ in found), median(delivered for _, delivered in found)) for found in rates.values()
    )
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
