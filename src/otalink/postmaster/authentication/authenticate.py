"""Who is it really: what a trusted server, or our own checks, say about whether a mail is from its author's domain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from otalink.desk.types import NOT_CHECKED, Authentication, Proof
from otalink.mail import mailboxes
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication import domains, in_effect, results_header
from otalink.postmaster.authentication.method_result import MethodResult
from otalink.postmaster.delivery import Delivery

_REFUSING = {"quarantine", "reject"}
_TEMPORARY = {"temperror", "timeout"}


def of(mail: IncomingMail, delivery: Delivery) -> Authentication:
    """Whether a mail is from the domain of its author; takes at most a few seconds, and never raises for the mail.

    Raises:
        OperationalError: the settings could not be read.
    """
    if checks := results_header.checks(mail.headers):
        return conclude(mail, checks)
    if in_effect.why_not():
        return NOT_CHECKED
    from otalink.postmaster.authentication import own_checks, resolver  # their libraries are large

    known = conclude(mail, own_checks.checks(mail, delivery))
    # Where nobody asked for checks and there is nobody to ask, all is as if there were none.
    is_moot = known.proof is Proof.UNDECIDED and in_effect.by_itself() and resolver.current().is_silent
    return NOT_CHECKED if is_moot else known


def conclude(mail: IncomingMail, checks: list[MethodResult]) -> Authentication:
    """What single checks say together about the one author of a mail."""
    domain = domains.of_address(mail.author_address)
    details = ", ".join(str(check) for check in checks)
    return Authentication(_proof(checks, domain if _is_by_one(mail) else ""), domain, details)


@dataclass(frozen=True)
class _Findings:
    passed: bool
    failed: bool
    denied: bool
    undecided: bool


def _proof(checks: list[MethodResult], domain: str) -> Proof:
    found = _findings(checks, domain)
    if found.failed:
        return Proof.DENIED if found.denied else Proof.UNPROVEN
    if found.passed:
        return Proof.PROVEN
    return Proof.UNDECIDED if found.undecided and domain else Proof.UNPROVEN


def _findings(checks: list[MethodResult], domain: str) -> _Findings:
    # DMARC speaks of the author's domain itself; what another domain proves or denies says nothing about this author.
    dmarc = [check for check in checks if check.method == "dmarc" and check.domain == domain]
    failed = [check for check in dmarc if check.result == "fail"]
    return _Findings(
        passed=bool(domain) and any(check.result == "pass" and _speaks_for(check, domain) for check in checks),
        failed=bool(failed),
        denied=any(check.policy in _REFUSING for check in failed),
        undecided=any(check.result in _TEMPORARY and _speaks_for(check, domain) for check in checks),
    )


def _speaks_for(check: MethodResult, domain: str) -> bool:
    return check.domain == domain if check.method == "dmarc" else domains.is_aligned(check.domain, domain)


def _is_by_one(mail: IncomingMail) -> bool:
    """Whether there is just one author: with several, each check and each reader may mean another."""
    values = mail.headers.all("from")
    if len(values) != 1 or mail.headers.is_cut:
        return False
    boxes = list(islice(mailboxes.mailboxes(values[0]), 2))
    return len(boxes) == 1 and boxes[0].address == mail.author_address
