"""Reading a mail from an LMTP connection: large pieces, bounded memory, one unmistakable end."""

from __future__ import annotations

from asyncio import LimitOverrunError, StreamReader
from collections.abc import Callable

# Only this ends a mail. Servers that take a bare line feed for a line end let mails be smuggled inside of mails.
_END = b"\r\n.\r\n"


async def read_mail(reader: StreamReader, limit: int, still_alive: Callable[[], object]) -> bytes | None:
    """One mail, its dots unstuffed; None where it has more than `limit` bytes (they are read and forgotten).

    `still_alive` is called after every piece.

    Raises:
        IncompleteReadError: the connection was closed in the middle of the mail.
    """
    data = bytearray(b"\r\n")  # the line end of the DATA command: the end of the mail may begin with it
    too_large = False
    while not data.endswith(_END):
        data += await _piece(reader, data)
        still_alive()
        if limit and len(data) > limit + len(_END):
            too_large = True
            del data[: -len(_END)]
    return None if too_large else bytes(data[:-3]).replace(b"\r\n.", b"\r\n")[2:]


async def _piece(reader: StreamReader, before: bytearray) -> bytes:
    if any(before.endswith(_END[:length]) for length in range(1, len(_END))):
        # The end may have begun in the piece before, so it is not searched for from here on.
        return await reader.readexactly(1)
    try:
        return await reader.readuntil(_END)
    except LimitOverrunError as error:
        return await reader.readexactly(error.consumed)
