"""Mail that `otalink postmaster read` hands over, through a socket in the data folder that only its owner may use."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from pathlib import Path

import structlog

from otalink.common import local_socket
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.mail_size import max_bytes
from otalink.postmaster.outcome import Result
from otalink.postmaster.sources import files
from otalink.postmaster.sources.workers import STOP_SECONDS, WORKERS, close_connections, with_fresh_connections

# The exit code and the text for a result, which may be wanted as JSON.
Answer = Callable[[Result, bool], tuple[int, str]]

# Who opens a connection has the mail at hand already.
_SECONDS = 30
# What is larger than this many times the limit is not read into memory here; the command keeps it back by itself.
_TOO_LARGE = 4

log = structlog.get_logger(__name__)


class LocalSocket:
    """A listening socket; of several in one data folder, the last one is found."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        self._answer = answer
        self._jobs: set[Future[None]] = set()
        self._is_stopping = False
        self._path = folder / local_socket.NAME
        self._socket = _listen(folder)
        self._inode = self._path.stat().st_ino
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="read")
        self._thread = threading.Thread(target=self._accept, name="local-socket", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more mail, finish what is in hand, and end; a second call does nothing."""
        if self._is_stopping:
            return
        self._is_stopping = True
        self._take_down()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._thread.join()
        self._socket.close()
        if not wait(list(self._jobs), STOP_SECONDS).not_done:
            together = threading.Barrier(WORKERS)
            wait([self._pool.submit(close_connections, together) for _ in range(WORKERS)])
        self._pool.shutdown(wait=False)

    def _take_down(self) -> None:
        # Another product may have put its own there since.
        with suppress(OSError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()

    def _accept(self) -> None:
        while not self._is_stopping:
            try:
                connection, _ = self._socket.accept()
            except OSError as error:
                if not self._is_stopping:
                    log.warning("no mail can be handed over now", error=str(error))
                    threading.Event().wait(1)
                continue
            job = self._pool.submit(self._serve, connection)
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.settimeout(_SECONDS)
                with_fresh_connections(partial(self._take, connection))
            except OSError as error:
                log.info("mail was not handed over", error=str(error))
            except Exception:
                # The command sees that nobody answers, and files the mail itself.
                log.exception("mail could not be taken over")

    def _take(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            asked = local_socket.read_request(stream.readline(local_socket.LONGEST_LINE))
            if asked is None or asked[0] > _TOO_LARGE * max_bytes():
                return
            size, trusted, as_json = asked
            raw = stream.read(size)
        if len(raw) == size:
            result = files.take(raw, Delivery(source="pipe", trusted=trusted))
            connection.sendall(local_socket.reply(*self._answer(result, as_json)))


def _listen(folder: Path) -> socket.socket:
    # Made under another name and renamed: what a killed product left behind is replaced, and nobody finds it half made.
    draft, listener = f"{local_socket.NAME}.{os.getpid()}", socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        (folder / draft).unlink(missing_ok=True)
        listener.bind(local_socket.path_in(str(folder), draft, descriptor))
        (folder / draft).chmod(0o600)
        listener.listen(64)
        (folder / draft).rename(folder / local_socket.NAME)
    except BaseException:
        listener.close()
        raise
    finally:
        os.close(descriptor)
    return listener


def serve(folder: Path, answer: Answer) -> LocalSocket | None:
    """Listen in the data folder; None where its file system has no sockets, so that commands file mail themselves."""
    try:
        return LocalSocket(folder, answer)
    except OSError as error:
        log.warning("commands cannot hand mail over", error=str(error))
        return None
