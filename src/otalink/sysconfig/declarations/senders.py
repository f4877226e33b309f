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
    default=False,
    parse=boolean,
    kind="1 or 0",
    help="Check DKIM, SPF and DMARC ourselves where no trusted server did. This asks the DNS for every mail, for at "
    "most five seconds.",
)

UNPROVEN_CREATE = Setting(
    name="PostMaster::UnprovenSender::CreateCustomerUser",
    navigation=_NAVIGATION,
    default=False,
    parse=boolean,
    kind="1 or 0",
    help="Whether a mail that was checked and is not proven to be from its author's domain may make a customer user. "
    "If not, the ticket is made; the account and the answer wait for an agent.",
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
    help="Whether such a mail counts as the customer's own word on a ticket. If not, agents see it there, the "
    "customer does not, and it neither opens a closed ticket nor is answered.",
)
