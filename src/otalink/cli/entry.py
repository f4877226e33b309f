"""Where the `otalink` command begins: mail from a pipe goes to the product that runs here, if one does.

A mail server starts `otalink postmaster read` for every mail. Setting Django up each time takes longer than filing, so
this does without it, without click and without most of Python's library, and looks for somebody who has them. Whatever
is in the way, the command files the mail itself; a mail that both of them file is filed once.
"""

from __future__ import annotations

# Not `socket`, whose names and enumerations take as long to import as Python takes to start.
import _socket
import io
import os
import sys
from collections.abc import Callable

from otalink.common import local_socket

_READ = ["postmaster", "read"]
_OPTIONS = {"--json", "--untrusted"}
# Seconds: filing takes milliseconds, and a product that hangs is no reason to keep mail waiting.
_PATIENCE = 60.0
_CHUNK = 1 << 20


def main() -> int:
    """Run one command and return its exit code; see `otalink.cli.main`."""
    words = sys.argv[1:]
    if words[:2] == _READ and _OPTIONS.issuperset(words[2:]):
        code = _hand_over(trusted="--untrusted" not in words, as_json="--json" in words)
        if code is not None:
            return code
    from otalink.cli.main import main as run

    return run()


def _hand_over(*, trusted: bool, as_json: bool) -> int | None:
    """Hand standard input over; the exit code, or None where nobody took it, with standard input as it was."""
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.settimeout(_PATIENCE)
        _connect(connection)
        raw = _until_end(lambda: os.read(0, _CHUNK))
    except OSError:
        connection.close()
        return None
    done = _ask(connection, local_socket.request(len(raw), trusted=trusted, as_json=as_json) + raw)
    connection.close()
    if done is None:
        _give_back(raw)
        return None
    code, text = done
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    return code


def _connect(connection: _socket.socket) -> None:
    folder = os.open(_data_folder(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        connection.connect(local_socket.path_in(_data_folder(), local_socket.NAME, folder))
    finally:
        os.close(folder)


def _data_folder() -> str:
    # As `conf.environment` reads it; what is wrong with it is told there.
    if path := os.environ.get("OTALINK_DATA_FILE"):
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes longer to import than all of this
            return file.read().strip()
    return os.path.expanduser(os.environ.get("OTALINK_DATA", "").strip() or "./data")  # noqa: PTH111 - as above


def _ask(connection: _socket.socket, said: bytes) -> tuple[int, bytes] | None:
    try:
        connection.sendall(said)
        return local_socket.read_reply(_until_end(lambda: connection.recv(_CHUNK)))
    except OSError:
        return None


def _until_end(read: Callable[[], bytes]) -> bytes:
    return b"".join(iter(read, b""))


def _give_back(raw: bytes) -> None:
    sys.stdin = io.TextIOWrapper(io.BytesIO(raw))
