"""What `otalink check` says about who finds out whether a mail is really from its author."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import Error

from otalink.postmaster.authentication import in_effect, resolver
from otalink.sysconfig.declarations import OWN_CHECKS

NOT_IN_EFFECT = "our own checks of senders are not in effect"


def note() -> str:
    """Whether our own checks are in effect, and why not."""
    try:
        why_not = in_effect.why_not()
    except Error:
        return f"{NOT_IN_EFFECT}: the settings cannot be read"
    if why_not:
        return f"{NOT_IN_EFFECT}: {why_not}"
    server = resolver.current().answering()
    return f"our own checks of senders are in effect: {server} answers" if server else _nobody_answers()


def problems() -> Iterator[str]:
    """Checks that an operator turned on, and that nobody can make.

    Raises:
        django.db.Error
    """
    if not in_effect.by_itself() and not in_effect.why_not() and not resolver.current().answering():
        yield f"setting {OWN_CHECKS.name}: {_nobody_answers()}"


def _nobody_answers() -> str:
    return f"{NOT_IN_EFFECT}: no name server answers (OTALINK_RESOLVER); until one does, any address can be forged"
