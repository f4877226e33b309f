"""A name server on this machine that serves what a test says, and that the product asks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from django.test import override_settings

from otalink.postmaster.authentication import resolver

type Records = dict[tuple[str, str], list[str]]


@dataclass
class NameServer:
    """`records` are texts as in a zone file, by name and type; answers hold for `ttl` seconds.

    While `silent`, nothing is answered; `lame` are domains about which this server can find nothing out. `asked` are
    the names that were asked for, and `looks` how often somebody looked whether anybody is there.
    """

    records: Records
    ttl: int = 0
    silent: bool = False
    lame: str = ""
    asked: list[str] = field(default_factory=list)
    looks: int = 0

    def answer(self, wire: bytes, most: int = 65_535) -> bytes | None:
        """The answer to a query, or that it takes more bytes than `most`; none while the server is silent."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        self._note(name)
        if self.silent:
            return None
        response = self._response(query, name, kind)
        # As long as the one who asks takes, or as it was before anybody could say that.
        most = min(most, max(query.payload, 512)) if most < 65_535 else most
        if len(whole := response.to_wire(max_size=65_535)) <= most:
            return whole
        cut = dns.message.make_response(query)
        cut.flags |= dns.flags.RA | dns.flags.TC
        return cut.to_wire()

    def _response(self, query: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        question, response = query.question[0], dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if self.lame and name.endswith(self.lame):
            response.set_rcode(dns.rcode.SERVFAIL)
        elif values := self.records.get((name, kind)):
            response.answer.append(dns.rrset.from_text(question.name, self.ttl, "IN", kind, *values))
        else:
            start = f". . 1 1 1 1 {self.ttl}"
            response.authority.append(dns.rrset.from_text(".", self.ttl, "IN", "SOA", start))
            if not any(known == name or known.endswith(f".{name}") for known, _ in self.records):
                response.set_rcode(dns.rcode.NXDOMAIN)
        return response

    def _note(self, name: str) -> None:
        if name in {"", "."}:
            self.looks += 1
        else:
            self.asked.append(name)


@contextmanager
def serving(records: Records) -> Iterator[NameServer]:
    """Serve these records on a free port, and make that server the one that this process asks."""
    server = NameServer(records)
    with listening(server) as port, override_settings(OTALINK_RESOLVER=f"127.0.0.1:{port}"):
        resolver.of.cache_clear()  # the port may have been another server's
        yield server


@contextmanager
def listening(server: NameServer) -> Iterator[int]:
    """Serve on a free port, over UDP and TCP; gives the port."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connections,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        connections.bind(("127.0.0.1", 0))
        connections.listen()
        port: int = connections.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        stopping = threading.Event()
        threads = [
            threading.Thread(target=serve, args=(listener, server, stopping))
            for serve, listener in ((_serve_datagrams, datagrams), (_serve_connections, connections))
        ]
        for thread in threads:
            thread.start()
        try:
            yield port
        finally:
            stopping.set()
            for thread in threads:
                thread.join()


def _serve_datagrams(listener: socket.socket, server: NameServer, stopping: threading.Event) -> None:
    listener.settimeout(0.1)
    while not stopping.is_set():
        try:
            wire, client = listener.recvfrom(4_096)
        except TimeoutError:
            continue
        if answer := server.answer(wire, most=4_096):
            listener.sendto(answer, client)


def _serve_connections(listener: socket.socket, server: NameServer, stopping: threading.Event) -> None:
    listener.settimeout(0.1)
    while not stopping.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection, connection.makefile("rb") as received:
            size = int.from_bytes(received.read(2))
            if answer := server.answer(received.read(size)):
                connection.sendall(len(answer).to_bytes(2) + answer)


def text_record(text: str) -> str:
    """A TXT record as in a zone file; a long one in several strings."""
    return " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))
