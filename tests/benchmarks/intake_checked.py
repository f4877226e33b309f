"""Part of the intake benchmark: our own checks of senders, of signed mails, each of a domain nobody asked about yet."""

from __future__ import annotations

from functools import partial

from django.test import override_settings

from tests.benchmarks import zone
from tests.benchmarks.figure import Figure
from tests.benchmarks.intake import BATCH, mail, seconds

MAILS = 600


def figures() -> list[Figure]:
    """Measure, a batch each by turns: with checks, and the same mails without; Django is set up."""
    from otalink.minidesk.models import Article
    from tests.postmaster.authentication.customer_domain import PUBLIC, signed

    checked = unchecked = 0.0
    with zone.serving(PUBLIC, MAILS) as port, override_settings(OTALINK_RESOLVER=f"127.0.0.1:{port}"):
        for first in range(0, MAILS, BATCH):
            numbers = range(first, first + BATCH)
            raws = [
                signed(mail(number).replace(b".bench@", b".checked@"), f"customer{number}.example")
                for number in numbers
            ]
            others = [raw.replace(b".checked@", b".unchecked@") for raw in raws]
            unchecked += seconds(partial(_take_in, others, "0"))
            checked += seconds(partial(_take_in, raws, "auto"))
    assert Article.objects.filter(proof="proven").count() == MAILS
    return [
        Figure(
            "Intake with our own checks, signed mails of as many domains, local resolver", MAILS / checked, "mails/s"
        ),
        Figure("... the same mails without checks", MAILS / unchecked, "mails/s"),
        Figure("... of the rate without checks", 100 * unchecked / checked, "%"),
    ]


def _take_in(mails: list[bytes], own_checks: str) -> None:
    from otalink.notifications.feed import feed
    from otalink.postmaster.intake import Delivery, Outcome, run
    from otalink.sysconfig import declarations, store

    store.set_value(declarations.OWN_CHECKS.name, own_checks)
    for raw in mails:
        assert run(raw, Delivery("person@customer.example", ("support@localhost",))).outcome is Outcome.NEW_TICKET
    feed()
