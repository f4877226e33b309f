"""What lies in the database of a data folder, on any database: run as a process with the environment of the product."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Filed:
    """The message ids of the customers' articles, in the order of their filing; tickets are (customer user, number)."""

    message_ids: list[str]
    tickets: set[tuple[str, str]]


def filed(environ: dict[str, str]) -> Filed:
    """Look."""
    command = [sys.executable, "-m", "tests.chaos.filed"]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    return Filed(found["message_ids"], {(login, number) for login, number in found["tickets"]})


def _print() -> None:
    import django

    django.setup()
    from otalink.minidesk.models import Article, Ticket

    ids = Article.objects.filter(sender_type="customer").order_by("id").values_list("message_id", flat=True)
    tickets = Ticket.objects.values_list("customer_login", "number")
    print(json.dumps({"message_ids": list(ids), "tickets": list(tickets)}))


if __name__ == "__main__":
    _print()
