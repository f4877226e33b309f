"""A name server on this machine that serves what a test says, and the resolver that asks it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

type Records = dict[tuple[str, str], list[str]]


@dataclass
class NameServer:
    """`records` are texts as in a zone file, by name and type; while `silent`, nothing is answered."""

    records: Records
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, wire: bytes) -> bytes | None:
        """The answer to a query; none while the server is silent."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        self.asked.append(name)
        if self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if values := self.records.get((name, kind)):
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known == name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()


@contextmanager
def serving(records: Records) -> Iterator[NameServer]:
    """Serve these records on a free port, and make that server the one that this process asks."""
    server = NameServer(records)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.1)
        stopping = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, server, stopping))
        thread.start()
        before = dns.resolver.default_resolver
        ours = dns.resolver.Resolver(configure=False)
        ours.nameservers, ours.port = ["127.0.0.1"], listener.getsockname()[1]
        dns.resolver.default_resolver = ours
        try:
            yield server
        finally:
            dns.resolver.default_resolver = before
            stopping.set()
            thread.join()


def _serve(listener: socket.socket, server: NameServer, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            wire, client = listener.recvfrom(4_096)
        except TimeoutError:
            continue
        if answer := server.answer(wire):
            listener.sendto(answer, client)


def text_record(text: str) -> str:
    """A TXT record as in a zone file; a long one in several strings."""
    return " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))
