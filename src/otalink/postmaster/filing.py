"""How a mail is to be filed: it passes through the pre-filters beside the mail, and each may change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from otalink.customers.types import CustomerUser
from otalink.desk.types import Standing


@dataclass(frozen=True)
class Filing:
    """What becomes of a mail that no pre-filter stops.

    `directives` are X-OTOBO-* headers by the rest of their name (`Queue`, `DynamicField-NAME`): the mail's own where
    they may be believed, and what pre-filters said. `hold` says why the author of a new ticket waits for an agent, and
    is empty where they do not; `newcomer` is whom they are to become, None where no account is to be made. `visible`
    is whether the customer may see a follow-up, `standing` whose word it is; both are None where nobody said. `notify`
    is whether customers may get mail about it; about automatic and about old mail they never do.
    """

    directives: Mapping[str, str] = field(default_factory=dict)
    hold: str = ""
    newcomer: CustomerUser | None = None
    visible: bool | None = None
    standing: Standing | None = None
    notify: bool = True

    def with_directives(self, directives: Mapping[str, str]) -> Filing:
        """The same with further directives, each instead of one of its name."""
        return replace(self, directives={**self.directives, **directives})
