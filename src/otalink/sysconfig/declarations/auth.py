"""The run-time settings about links and how long they let somebody in, and what a refused one is answered with."""

from __future__ import annotations

from otalink.common.languages import in_every_language
from otalink.sysconfig.named import Kind
from otalink.sysconfig.setting import NameOf, Setting, integer, message

_NAVIGATION = "Core::Auth::Customer"

ACCESS_DAYS_AFTER_CLOSE = Setting(
    name="OneTimeAuth::AccessDaysAfterClose",
    navigation=_NAVIGATION,
    default=14,
    parse=integer(0, 36_500),
    kind="days",
    help="How many days after its ticket was closed a link still opens it. 0 ends access at the close.",
)

MAX_LINK_AGE_DAYS = Setting(
    name="OneTimeAuth::MaxLinkAgeDays",
    navigation=_NAVIGATION,
    default=90,
    parse=integer(1, 36_500),
    kind="days",
    help="How many days after it was made an unused link still signs in while its ticket stays open. "
    "An older one is answered with a fresh link by mail.",
)

PROVISIONAL_DAYS = Setting(
    name="OneTimeAuth::ProvisionalDays",
    navigation=_NAVIGATION,
    default=30,
    parse=integer(1, 36_500),
    kind="days",
    help="A customer user whom a mail made goes after so many days if they never opened a link, no agent answered "
    "them, and they have no open ticket.",
)

TOKEN_REFRESH_NOTIFICATION_ID = Setting(
    name="OneTimeAuth::TokenRefreshNotificationID",
    navigation=_NAVIGATION,
    default="",
    parse=NameOf(Kind.LINK_NOTIFICATION),
    kind="name of a notification",
    help="The notification whose text carries a refreshed link. Empty: the built-in text.",
)

MESSAGE_WRONG_LINK = Setting(
    name="OneTimeAuth::CustomerErrorMessageWrongLink",
    navigation=_NAVIGATION,
    default=in_every_language("This link was used or replaced. Please use the link in the newest mail we sent you."),
    parse=message,
    kind="text by language",
    help="Shown to a customer who opens an old link while a newer one works.",
)

MESSAGE_NEW_LINK = Setting(
    name="OneTimeAuth::CustomerErrorMessageNewLink",
    navigation=_NAVIGATION,
    default=in_every_language("This link was already used. A new one is on its way to your mailbox."),
    parse=message,
    kind="text by language",
    help="Shown to a customer who opens an old link when a new one is mailed.",
)

MESSAGE_REFRESH_FAILED = Setting(
    name="OneTimeAuth::CustomerErrorMessageRefreshFailed",
    navigation=_NAVIGATION,
    default=in_every_language(
        "This link was already used, and we could not send you a new one. Please write to us again by mail."
    ),
    parse=message,
    kind="text by language",
    help="Shown to a customer who opens an old link when no new one can be made or sent.",
)

MESSAGE_LINK_EXPIRED = Setting(
    name="OneTimeAuth::CustomerErrorMessageLinkExpired",
    navigation=_NAVIGATION,
    default=in_every_language(
        "This link is not valid. If your ticket is still open, please use the link in our newest mail."
    ),
    parse=message,
    kind="text by language",
    help="Shown to a customer whose link is unknown, or whose access to the ticket has ended.",
)
