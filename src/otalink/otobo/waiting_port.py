"""A server that one of several processes runs: the others wait for its port, and one of them takes over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import structlog

_SECONDS = 2.0

_log = structlog.get_logger("otalink.otobo")


class Server(Protocol):
    """What listens."""

    def stop(self) -> None:
        """Finish the work in hand and end."""
        ...


class WaitingPort:
    """Starts a server as soon as its port is free."""

    def __init__(self, name: str, serve: Callable[[], Server]) -> None:
        self._serve, self._server = serve, None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="port", daemon=True)
        if (error := self._listen()) is not None:
            _log.warning("another process has the port, or nobody can listen there", part=name, error=str(error))
            self._thread.start()

    _server: Server | None

    def stop(self) -> None:
        """End the server, or the waiting."""
        self._stopping.set()
        if self._thread.ident:
            self._thread.join()
        if self._server:
            self._server.stop()

    def _wait(self) -> None:
        while not self._stopping.wait(_SECONDS) and self._listen():
            pass

    def _listen(self) -> OSError | None:
        try:
            self._server = self._serve()
        except OSError as error:
            return error
        return None
