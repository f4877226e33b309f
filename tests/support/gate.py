"""A gate in front of a server: open, shut (connections end at once), or silent (nobody answers, as of a frozen one)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 16


class Gate:
    """Passes on what comes to `port` to the server at `target`, both on loopback."""

    def __init__(self, target: int) -> None:
        self._target, self._flows, self._is_shut = target, threading.Event(), False
        self._flows.set()
        self._lines: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Connections end, those that there are and new ones."""
        self._is_shut = True
        self.cut()
        try:
            yield
        finally:
            self._is_shut = False

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Whatever is asked waits; afterwards it is answered, where somebody still listens."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    def cut(self) -> None:
        """End all connections, as a server does that is started again."""
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Pass nothing on any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flows.set()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._is_shut:
                    client.close()
                else:
                    threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            self._lines |= {client, server}
            back = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
            back.start()
            self._pass_on(client, server)
            back.join()
            self._lines -= {client, server}

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self._flows.wait()
                target.sendall(data)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


@contextmanager
def gate(target: int) -> Iterator[Gate]:
    """A gate in front of a port."""
    made = Gate(target)
    try:
        yield made
    finally:
        made.close()
