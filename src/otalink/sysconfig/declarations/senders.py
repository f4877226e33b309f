"""The run-time settings about whether a mail's sender is who they say, and what somebody unproven may do."""

from __future__ import annotations

from typing import Any

from otalink.sysconfig.setting import InvalidValue, Setting, boolean, integer, text

_NAVIGATION = "Core::Email::PostMaster"


def _servers(value: Any) -> str:
    names = text(value).lower().replace(",", " ").split()
    if wrong := next((name for name in names if any(mark in name for mark in '=;"()@/')), ""):
        raise InvalidValue(f"names of servers such as mx.desk.example are needed, not {wrong!r}")
    return " ".join(names)


# Whether we check ourselves: where nothing speaks against it, always where no trusted server did, or never.
AUTO, ON, OFF = "auto", "1", "0"


def _auto_or_boolean(value: Any) -> str:
    if str(value).strip().lower() == AUTO:
        return AUTO
    try:
        return ON if boolean(value) else OFF
    except InvalidValue:
        raise InvalidValue(f"auto, 1 or 0 is needed, not {value!r}") from None


TRUSTED_SERVERS = Setting(
    name="PostMaster::Authentication::TrustedServers",
    navigation=_NAVIGATION,
    default="",
    parse=_servers,
    kind="authserv-ids",
    help="The names, separated by spaces, under which your own mail servers write Authentication-Results headers. "
    "What they found out about the sender is believed; the same header under any other name is not. A dash stands "
    "for headers without a name, as Microsoft 365 writes them. Empty: none is believed.",
)

RECEIVED_ABOVE = Setting(
    name="PostMaster::Authentication::ReceivedAbove",
    navigation=_NAVIGATION,
    default=0,
    parse=integer(0, 20),
    kind="Received headers",
    help="How many Received headers of your own servers stand above the Authentication-Results header of the server "
    "that takes mail in from outside. A header further down is the sender's work and not believed. Where this is more "
    "than 0, that server must remove such headers under its own name from incoming mail.",
)

OWN_CHECKS = Setting(
    name="PostMaster::Authentication::OwnChecks",
    navigation=_NAVIGATION,
    default=AUTO,
    parse=_auto_or_boolean,
    kind="auto, 1 or 0",
    help="Check DKIM, SPF and DMARC ourselves: auto, where no trusted server is named and a name server answers; 1, "
    "also beside trusted servers, for mail that none of them checked; 0, never. This asks the DNS for what is not "
    "known yet, for at most five seconds a mail.",
)

UNPROVEN_CREATE = Setting(
    name="PostMaster::UnprovenSender::CreateCustomerUser",
    navigation=_NAVIGATION,
    default=AUTO,
    parse=_auto_or_boolean,
    kind="auto, 1 or 0",
    help="Whether a mail that was checked and is not proven to be from its author's domain may make a customer user. "
    "If not (0), the ticket is made; the account and the answer wait for an agent. auto: not where a trusted server "
    "checked it or PostMaster::Authentication::OwnChecks is 1; what only our checks by themselves could not prove, "
    "makes one and gets a neutral answer, unless its author's domain says that it is forged.",
)

UNPROVEN_TICKET = Setting(
    name="PostMaster::UnprovenSender::OpenTicket",
    navigation=_NAVIGATION,
    default=True,
    parse=boolean,
    kind="1 or 0",
    help="Whether such a mail may open a ticket. If not, it goes into quarantine; an operator who replays it there "
    "vouches for it.",
)

UNPROVEN_FOLLOW_UP = Setting(
    name="PostMaster::UnprovenSender::FollowUp",
    navigation=_NAVIGATION,
    default=True,
    parse=boolean,
    kind="1 or 0",
    help="Whether such a mail counts as the customer's own word on a ticket if it answers a mail that only that "
    "customer got, or came to their signed reply address. If not, agents see it there, the customer does not, and it "
    "neither opens a closed ticket nor is answered. What the author's domain wants rejected never counts.",
)

UNPROVEN_TITLE = Setting(
    name="PostMaster::UnprovenSender::TitleInMail",
    navigation=_NAVIGATION,
    default=False,
    parse=boolean,
    kind="1 or 0",
    help="Whether mail to an address that is not proven may carry the ticket's title, which the sender chose. If not, "
    "whoever forges an address has us write nothing of theirs to it: subject and text are neutral.",
)
