"""The run-time settings about how many customer users mail may make."""

from __future__ import annotations

from typing import Any

from otalink.sysconfig.setting import InvalidValue, Setting, integer, text

_NAVIGATION = "Core::Email::PostMaster"


def _domains(value: Any) -> str:
    names = text(value).lower().replace(",", " ").split()
    if wrong := next((name for name in names if "." not in name or "@" in name), ""):
        raise InvalidValue(f"domains such as gmail.com are needed, not {wrong!r}")
    return " ".join(names)


NEW_CUSTOMER_USERS_PER_HOUR = Setting(
    name="PostMaster::NewCustomerUsers::PerHour",
    navigation=_NAVIGATION,
    default=200,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="How many customer users mail that is not proven may make within an hour. Beyond it tickets are still made; "
    "the account and the answer wait for an agent. 0: no limit.",
)

NEW_CUSTOMER_USERS_PER_DOMAIN = Setting(
    name="PostMaster::NewCustomerUsers::PerDomainAndHour",
    navigation=_NAVIGATION,
    default=20,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="The same for the unproven senders of one domain; PostMaster::FreemailDomains are exempt. 0: no limit.",
)

NEW_PROVEN_PER_HOUR = Setting(
    name="PostMaster::NewCustomerUsers::ProvenPerHour",
    navigation=_NAVIGATION,
    default=1_000,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="The same for mail that is proven to be from its author's domain. It is counted apart, so that a flood of "
    "forged mail keeps out nobody who is proven. 0: no limit.",
)

NEW_PROVEN_PER_DOMAIN = Setting(
    name="PostMaster::NewCustomerUsers::ProvenPerDomainAndHour",
    navigation=_NAVIGATION,
    default=100,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="The same for the proven senders of one domain; PostMaster::FreemailDomains are exempt. 0: no limit.",
)

NEW_CUSTOMER_USERS_PER_MAILBOX = Setting(
    name="PostMaster::NewCustomerUsers::PerMailboxAndHour",
    navigation=_NAVIGATION,
    default=3,
    parse=integer(0, 1_000_000),
    kind="customer users",
    help="The same for addresses that differ only in their +tag (ann+1@x.example, ann+2@x.example), of proven and of "
    "unproven senders. 0: no limit.",
)

FREEMAIL_DOMAINS = Setting(
    name="PostMaster::FreemailDomains",
    navigation=_NAVIGATION,
    default="gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com "
    "proton.me protonmail.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org "
    "orange.fr free.fr libero.it bluewin.ch mail.ru yandex.ru qq.com 163.com",
    parse=_domains,
    kind="domains",
    help="Domains, separated by spaces, at which everybody can have an address.",
)
