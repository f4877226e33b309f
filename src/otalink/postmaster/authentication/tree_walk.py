"""Up the tree of a domain's names, to find out where its organisation ends (RFC 9989, 4.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from otalink.postmaster.authentication import dmarc_record
from otalink.postmaster.authentication.dmarc_record import Record
from otalink.postmaster.authentication.lookups import Lookups

# Of a long name, the labels that are looked at beside the whole: no mail makes us ask more than eight times.
_MOST_LABELS = 7


@dataclass(frozen=True)
class Organisation:
    """Where an organisation begins; `declared` is whether the DNS says so with a `psd` tag, or it is a guess."""

    domain: str
    declared: bool = False


def targets(domain: str) -> list[str]:
    """The domains whose records are looked for, in that order; eight at most."""
    labels = domain.split(".")[1:][-_MOST_LABELS:]
    return [domain, *(".".join(labels[start:]) for start in range(len(labels)))]


def walk(domain: str, lookups: Lookups) -> Iterator[Record]:
    """The records from a domain upwards, as far as one that says where its organisation ends.

    Raises:
        DnsUnavailable
    """
    for target in targets(domain):
        record = dmarc_record.find(target, lookups)
        if record:
            yield record
            if record.psd != "u":
                return


def organisation(domain: str, records: list[Record]) -> Organisation:
    """The organisation of a domain, from the records on the way up from it."""
    for record in records:
        if record.psd == "n":
            return Organisation(record.domain, declared=True)
        if record.psd == "y" and record.domain != domain:
            return Organisation(_one_below(domain, record.domain), declared=True)
    return Organisation(records[-1].domain if records else domain)


def _one_below(domain: str, suffix: str) -> str:
    return ".".join(domain.split(".")[-len(suffix.split(".")) - 1 :])
