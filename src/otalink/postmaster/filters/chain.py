"""The pre-filters that are configured, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.utils.module_loading import import_string

from otalink.postmaster.filters.base import Context, Continue, PreFilter, Verdict
from otalink.postmaster.mail import IncomingMail
from otalink.sysconfig.declarations import SETTINGS

PREFIX = "PostMaster::PreFilterModule###"


def run(mail: IncomingMail, context: Context) -> Verdict:
    """What the pre-filters make of a mail: the first that stops it has the last word.

    Raises:
        ImportError: a setting names a class that is not there.
    """
    verdict: Verdict = Continue(mail)
    for pre_filter in _configured():
        if not isinstance(verdict, Continue):
            break
        verdict = pre_filter(verdict.mail, context)
    return verdict


def _configured() -> Iterator[PreFilter]:
    for name in sorted(name for name in SETTINGS if name.startswith(PREFIX)):
        config = SETTINGS[name].get()
        yield cast(PreFilter, import_string(config["Module"])(config))
