"""The order in which a mail passes the pre-filters, and why; those that operators add stand where their digits say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from otalink.postmaster.filters.base import PreFilter
from otalink.postmaster.filters.bounce_detection import BounceDetection
from otalink.postmaster.filters.create_customer_user import CreateCustomerUser
from otalink.postmaster.filters.follow_up_visibility import FollowUpArticleVisibility
from otalink.postmaster.filters.loop_protection import LoopProtection

BUILT_IN: Mapping[str, type[PreFilter]] = {
    # First, so that every later filter sees whose ticket it will be, and an operator's has the last word on that. The
    # account itself is made when all have let the mail pass.
    "000-CreateCustomerUser": CreateCustomerUser,
    # Before loop protection, which takes people for robots as well: whoever writes as a person can be reached again.
    "050-BounceDetection": BounceDetection,
    # Before added filters, which thus know a robot by `mail.automatic` and do not answer it.
    "100-LoopProtection": LoopProtection,
    # Added filters usually stand here, from 101 to 899. Others may: SpoofProtection belongs right after 100, before the
    # filters that would be undone by it, and what is to overrule 900 stands behind it.
    #
    # After the added ones, since they may change who the author is; a follow-up's author decides who sees it.
    "900-FollowUpArticleVisibility": FollowUpArticleVisibility,
}


def in_order(names: Iterable[str]) -> list[str]:
    """The built-in filters and those of these names, as a mail passes them."""
    return sorted({*BUILT_IN, *names})
