"""What listening for mail over LMTP and SMTP shares: a 250 is said only once the mail is safely filed."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Session, TLSSetupException
from aiosmtpd.smtp import Envelope as Transaction

from otalink.postmaster import intake
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.mail_size import max_bytes
from otalink.postmaster.outcome import Outcome, Result
from otalink.postmaster.sources.dot_stuffing import read_mail
from otalink.postmaster.sources.workers import STOP_SECONDS, WORKERS, close_connections, with_fresh_connections

# Each may hold one mail in memory. A mail server opens a few, and tries again later.
MAX_CONNECTIONS = 40
_CHUNK = 262_144

_RESPONSES = {
    Outcome.REJECTED: "550 5.7.1 {}",
    Outcome.TRY_LATER: "451 4.3.0 Not taken now, please try again later",
}

log = structlog.get_logger(__name__)

# aiosmtpd writes two lines per command, with the addresses in them.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Connection(SMTP):
    """One connection. Reads mail in large pieces, and answers once somebody has taken responsibility for it."""

    # The reader's buffer as well; what a line of a mail may hold is nobody's business but the mail's.
    line_length_limit = _CHUNK

    def __init__(self, server: Listener, **options: Any) -> None:
        super().__init__(
            server, enable_SMTPUTF8=True, hostname=socket.gethostname(), ident="otalink", loop=server.loop, **options
        )
        self._server = server

    @abstractmethod
    async def take(self, raw: bytes, transaction: Transaction) -> str:
        """Take a mail or refuse it; the response says which."""

    @abstractmethod
    def most_bytes(self) -> int:
        """How large a mail may be; asked on a worker thread."""

    @abstractmethod
    def responses(self, response: str, transaction: Transaction) -> list[str]:
        """How the outcome of a mail is said in this protocol."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the connection."""
        super().connection_made(transport)
        self._server.connected.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self._server.connected.discard(self)
        super().connection_lost(error)

    async def greet(self, go_on: Callable[[str], Awaitable[None]], arg: str) -> None:
        """Greet, with the size limit of this moment; or hang up where there is too much to do."""
        if len(self._server.connected) > MAX_CONNECTIONS or self._server.is_stopping:
            await self.hang_up("421 4.3.2 Please try again later")
            return
        self.data_size_limit = await self._server.in_worker(self.most_bytes)
        await go_on(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Take a mail and say what became of it."""
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        raw = await read_mail(self._reader, self.data_size_limit or 0, self._reset_timeout)
        transaction, self.envelope = self.envelope, self._create_envelope()
        if raw is None:
            response = "552 5.3.4 The mail is larger than we take"
        else:
            response = await self.take(raw, transaction)
        for line in self.responses(response, transaction):
            await self.push(line)
        if self._server.is_stopping:
            await self.hang_up("421 4.3.2 Shutting down")

    async def hang_up(self, line: str) -> None:
        """Say why and close the connection."""
        await self.push(line)
        self._writer.close()


class IntakeConnection(Connection):
    """One connection over which mail comes in: it is filed on a worker thread."""

    @abstractmethod
    def delivery_of(self, transaction: Transaction) -> Delivery:
        """What the intake is told about the way the mail came."""

    async def take(self, raw: bytes, transaction: Transaction) -> str:
        """File a mail."""
        delivery = self.delivery_of(transaction)
        return _response(await self._server.in_worker(lambda: intake.run(raw, delivery)))

    def most_bytes(self) -> int:
        """As the setting says."""
        return max_bytes()


class Listener:
    """A listening server on a thread of its own; `port` is the one it really listens on."""

    def __init__(self, host: str, port: int, connection: Callable[[Listener], Connection], name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.connected: set[Connection] = set()
        self.is_stopping = False
        self._in_hand = 0
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="intake")
        try:
            self._server = self.loop.run_until_complete(self.loop.create_server(lambda: connection(self), host, port))
        except BaseException:
            self.loop.close()
            self._pool.shutdown()
            raise
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self.loop.run_forever, name=name, daemon=True)
        self._thread.start()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names it
        self, _server: Connection, session: Session, _transaction: Transaction, hostname: str, responses: list[str]
    ) -> list[str]:
        """Announce what we do beside what aiosmtpd knows."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_exception(self, error: Exception) -> str:
        """The response to what nobody expected: never one that makes the mail bounce."""
        if isinstance(error, TLSSetupException):
            # Anybody can fail at that: it is no fault of ours.
            log.info("a client failed at encryption")
        else:
            log.error("a connection failed", exc_info=error)
        return "451 4.3.0 Not taken now, please try again later"

    async def in_worker[T](self, work: Callable[[], T]) -> T:
        """Run something that talks to the database on a worker thread."""
        self._in_hand += 1
        job = self.loop.run_in_executor(self._pool, with_fresh_connections, work)
        job.add_done_callback(self._done)
        # Shielded: a client that hangs up does not undo what is being filed.
        return await asyncio.shield(job)

    def _done(self, _job: object) -> None:
        self._in_hand -= 1

    def stop(self) -> None:
        """Take no more mail, finish what is in hand, and end; a second call does nothing."""
        if self.is_stopping:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _close(self) -> None:
        self.is_stopping = True
        self._server.close()
        deadline = self.loop.time() + STOP_SECONDS
        while self._in_hand and self.loop.time() < deadline:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.02)  # the responses go out
        for connection in list(self.connected):
            if connection.transport is not None:
                connection.transport.close()
        while self.connected and self.loop.time() < deadline:
            await asyncio.sleep(0.01)
        if not self._in_hand:
            await self._close_database()
        self._pool.shutdown(wait=False)

    async def _close_database(self) -> None:
        # Each worker thread has connections of its own, so each has to come here once.
        together = threading.Barrier(WORKERS)
        jobs = [self.loop.run_in_executor(self._pool, close_connections, together) for _ in range(WORKERS)]
        await asyncio.gather(*jobs)


def sender_of(transaction: Transaction) -> str:
    """The return path; empty for a bounce."""
    sender = transaction.mail_from or ""
    return "" if sender == "<>" else sender


def _response(result: Result) -> str:
    reason = " ".join(result.reason.encode("ascii", "replace").decode().split())[:200]
    return _RESPONSES.get(result.outcome, f"250 2.0.0 {result.outcome.value} {result.ticket}".strip()).format(reason)
