"""SPF (RFC 7208): whether the host that sent a mail may use the domain of its envelope sender."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import spf

from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication.alignment import Alignment
from otalink.postmaster.authentication.answers import DnsUnavailable
from otalink.postmaster.authentication.domains import of_address
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.authentication.method_result import MethodResult
from otalink.postmaster.delivery import Delivery
from otalink.sysconfig import store
from otalink.sysconfig.declarations import RECEIVED_ABOVE

# As mail servers write it: from HELO (NAME [ADDRESS]) by ... or from NAME ([ADDRESS] helo=HELO) by ...
_BRACKETED = re.compile(r"\[(?:ipv6:)?([0-9a-f.:]{3,45})\]", re.IGNORECASE)
_HELO = re.compile(r"helo=\S*", re.IGNORECASE)
# Bytes. The library takes time that grows with the square of a record's length, and no honest one is half as long.
_MAX_RECORD = 4_000


def checks(mail: IncomingMail, delivery: Delivery, alignment: Alignment, lookups: Lookups) -> list[MethodResult]:
    """The check, if the host that handed the mail in from outside is known."""
    client, helo = _client(mail, delivery)
    sender = _sender(mail, delivery)
    domain = of_address(sender) if "@" in sender else of_address(helo)
    if not client or not alignment.may_hold(domain):
        return []
    try:
        result = _Query(client, sender, helo or domain, lookups).result()
    except DnsUnavailable:
        result = "temperror"
    except Exception:  # noqa: BLE001 - whatever a record makes the library raise, it permits nobody
        result = "permerror"
    return [MethodResult("spf", result, domain)]


def _client(mail: IncomingMail, delivery: Delivery) -> tuple[str, str]:
    """IP and HELO of the host outside: from its connection, else from the `Received` of our border server."""
    if _is_public(delivery.client_ip):
        return delivery.client_ip, delivery.helo
    received = mail.headers.all("received")[store.get(RECEIVED_ABOVE) :][:1]
    # The last "by": the host may say one in its own word for itself, which comes before.
    words = " ".join(received).rpartition(" by ")[0].split()
    # The host's own word for itself may look like an IP too, and stands first or behind "helo=".
    found = _BRACKETED.findall(_HELO.sub("", " ".join(words)))
    return (found[-1], words[1]) if found and words[0] == "from" and _is_public(found[-1]) else ("", "")


def _is_public(ip: str) -> bool:
    # A server of ours that passes mail on says nothing about where it came from.
    try:
        return ipaddress.ip_address(ip).is_global
    except ValueError:
        return False


def _sender(mail: IncomingMail, delivery: Delivery) -> str:
    if delivery.mail_from is not None:
        return delivery.mail_from
    return mail.headers.first("return-path").strip().strip("<>")


class _Query(spf.query):
    """The library's evaluation on our lookups, with their deadline."""

    def __init__(self, client: str, sender: str, helo: str, lookups: Lookups) -> None:
        super().__init__(i=client, s=sender, h=helo)  # type: ignore[no-untyped-call]
        self._lookups = lookups

    def result(self) -> str:
        """The result, in one word."""
        return str(self.check()[0])  # type: ignore[no-untyped-call]

    def dns(self, name: Any, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:  # noqa: ARG002
        """The records of a name; too many names without any are a fault of the policy (RFC 7208, 4.6.4)."""
        if qtype == "SPF":  # a record type that was given up
            return []
        found = self._lookups.find(str(name), qtype)
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many lookups without an answer")
        if qtype != "TXT":
            return found
        if any(len(text) > _MAX_RECORD and spf.RE_SPF.match(text) for text in found):
            raise spf.PermError("too long a record")
        return [(text,) for text in found]
