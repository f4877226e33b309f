"""What `/metrics` tells: each metric in one line of a table, read from the database when somebody asks.

So every process tells the same, and nothing is counted on the busy ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from otalink.maintenance import heartbeat
from otalink.maintenance.models import WorkerHeartbeat
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.results import status
from otalink.postmaster import quarantine
from otalink.postmaster.accounts.models import MailAccount


@dataclass(frozen=True)
class Gauge:
    """A metric; `read` gives a value for each value of its one label, or for "" where it has none."""

    name: str
    help: str
    read: Callable[[], Mapping[str, float]]
    label: str = ""


def _outbox() -> Mapping[str, float]:
    found = dict(OutboxMail.objects.values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in MailState}


def _oldest_queued() -> Mapping[str, float]:
    oldest = OutboxMail.objects.filter(state=MailState.QUEUED).order_by("pk").values_list("created", flat=True).first()
    return {"": (timezone.now() - oldest).total_seconds() if oldest else 0}


def _tasks() -> Mapping[str, float]:
    return {
        str(status).lower(): count for status, count in DBTaskResult.objects.values_list("status").annotate(Count("pk"))
    }


def _failing_accounts() -> Mapping[str, float]:
    return {"": MailAccount.objects.filter(enabled=True).exclude(failing_since=None).count()}


GAUGES = (
    Gauge("otalink_outbox_mails", "Outgoing mails by state.", _outbox, "state"),
    Gauge(
        "otalink_undelivered_tickets",
        "Tickets with mail that did not arrive and that nobody has looked after.",
        lambda: {"": len(status.undelivered_tickets())},
    ),
    Gauge("otalink_outbox_oldest_seconds", "Age of the oldest mail that waits to be sent.", _oldest_queued),
    Gauge("otalink_tasks", "Background tasks by state.", _tasks, "state"),
    Gauge(
        "otalink_workers",
        "Workers that are alive.",
        lambda: {"": WorkerHeartbeat.objects.filter(seen__gte=heartbeat.dead_since()).count()},
    ),
    Gauge("otalink_quarantined_mails", "Mails in quarantine.", lambda: {"": len(quarantine.ids())}),
    Gauge("otalink_failing_mail_accounts", "Enabled mail accounts whose fetching fails.", _failing_accounts),
)


class _Gauges(Collector):
    """Reads every gauge of the table."""

    def collect(self) -> Iterator[Metric]:
        for gauge in GAUGES:
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=[gauge.label] if gauge.label else [])
            for label, value in gauge.read().items():
                family.add_metric([label] if gauge.label else [], value)
            yield family


def exposition() -> bytes:
    """All metrics in Prometheus' text format.

    Raises:
        django.db.Error
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges())
    return generate_latest(registry)
