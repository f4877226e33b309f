"""The socket in the data folder over which `otalink postmaster read` hands mail to a product that runs: what is said.

The client says one line, `otalink VERSION TRUSTED AS_JSON SIZE`, and then the mail; it hears a line with its exit code,
and then what it is to print. Imports nothing of weight: the client is started anew for every mail.
"""

from __future__ import annotations

import os

NAME = "postmaster.socket"
# A product that runs since before an upgrade may not know what we say; then the command files the mail itself.
_VERSION = 1
# The most that the system takes for the path of a socket.
_LONGEST_PATH = 100
LONGEST_LINE = 100


def request(size: int, *, trusted: bool, as_json: bool) -> bytes:
    """The line before a mail of so many bytes."""
    return f"otalink {_VERSION} {int(trusted)} {int(as_json)} {size}\n".encode()


def read_request(line: bytes) -> tuple[int, bool, bool] | None:
    """The size, whether the mail is trusted, whether JSON is wanted; None where the line is not one of ours."""
    words = line.split()
    if len(words) != 5 or words[:2] != [b"otalink", b"%d" % _VERSION] or not all(map(bytes.isdigit, words[2:])):
        return None
    return int(words[4]), words[2] == b"1", words[3] == b"1"


def reply(exit_code: int, text: str) -> bytes:
    """What the client is to do."""
    return f"{exit_code}\n{text}\n".encode()


def read_reply(said: bytes) -> tuple[int, bytes] | None:
    """The exit code, and what to print; None where the product broke off before it was done."""
    code, end, text = said.partition(b"\n")
    return (int(code), text) if end and code.isdigit() else None


def path_in(folder: str, name: str, descriptor: int) -> str:
    """The path of a socket in a folder, by way of its open descriptor where the path is too long for a socket."""
    path = os.path.join(folder, name)  # noqa: PTH118 - pathlib takes longer to import than this takes
    return path if len(os.fsencode(path)) <= _LONGEST_PATH else f"/proc/self/fd/{descriptor}/{name}"
