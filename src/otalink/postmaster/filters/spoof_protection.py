"""`SpoofProtection`: of a trusted source's X-OTOBO-* headers, those of unknown senders count for nothing.

A mail account is trusted as a whole, though often just one program behind it may steer tickets. This filter believes
the headers of the senders that are listed, and drops what everybody else's mail says; 000-CreateCustomerUser has by
then said whose ticket it is, which stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from otalink.mail.incoming import IncomingMail
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.filters.conditions import pattern, search
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import InvalidValue

# Set from the directory by the filter that runs first; dropping them would bring the sender's word back.
_KEPT = {"CustomerUser", "CustomerNo"}


class SpoofProtection:
    """The pre-filter; `TrustedSenders` is a pattern for the sender's address."""

    KEYS: Mapping[str, Key[Any]] = {"TrustedSenders": Key(pattern, "")}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._trusted: str = config["TrustedSenders"]
        if not self._trusted:
            raise InvalidValue(r"TrustedSenders: a pattern is needed, such as ^monitor@desk\.example$")

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Drop what the headers of an unknown sender's mail direct."""
        directives = context.filing.directives
        if not directives or search(self._trusted, mail.author_address) is not None:
            return Continue(mail)
        kept = {name: value for name, value in directives.items() if name in _KEPT}
        return Continue(mail, replace(context.filing, directives=kept))
