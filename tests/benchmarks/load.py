"""A small load generator: kept-alive connections that send requests made beforehand, from processes of their own."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor

CONNECTIONS = 8


def _length(head: bytes) -> int:
    return next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)


async def _connection(port: int, requests: list[bytes], answers: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        answers.append(head)
    writer.close()
    await writer.wait_closed()


def _all(port: int, requests: list[bytes]) -> list[bytes]:
    answers: list[bytes] = []

    async def run() -> None:
        shares = [requests[n::CONNECTIONS] for n in range(CONNECTIONS)]
        await asyncio.gather(*(_connection(port, share, answers) for share in shares))

    asyncio.run(run())
    return answers


def send_all(port: int, requests: list[bytes]) -> tuple[float, list[bytes]]:
    """Send every request over `CONNECTIONS` connections; gives requests a second and the heads of the answers."""
    with ProcessPoolExecutor(1) as pool:
        pool.submit(len, []).result()  # the process stands before the clock starts
        start = time.perf_counter()
        answers = pool.submit(_all, port, requests).result()
        return len(requests) / (time.perf_counter() - start), answers
