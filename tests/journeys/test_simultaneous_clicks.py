"""Fifty clicks on one link at the same moment, from several processes, two hundred times over: one session each."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

import pytest

from tests.support.product import product

pytestmark = pytest.mark.processes

LINKS, PROCESSES, CLICKS_EACH = 200, 2, 25
CSRF = "x" * 32
_barrier: Any = None

_MAKE_LINKS = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import json
from otalink.tokens.issue import issue
from tests.support import make
make.customer()
number = make.ticket().number
print(json.dumps([issue(number, make.ANN).url.rpartition("/")[2] for _ in range(%d)]))
"""
_COUNT_SESSIONS = """
import django; django.setup()
from otalink.portal.models import CustomerSession
from otalink.tokens.models import AuditEntry
redeemed = AuditEntry.objects.filter(event="redeemed").values("token_id")
print(CustomerSession.objects.count(), redeemed.distinct().count())
"""


def _run(code: str, environ: dict[str, str]) -> str:
    environ = {**environ, "DJANGO_SETTINGS_MODULE": "otalink.conf.settings"}
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environ, check=True, cwd=root, stdout=subprocess.PIPE, text=True).stdout


def _keep(barrier: Any) -> None:
    global _barrier  # noqa: PLW0603 - a process of the pool gets its barrier once
    _barrier = barrier


async def _click(port: int, secret: str, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bool:
    reader, writer = connection
    body = f"csrfmiddlewaretoken={CSRF}"
    writer.write(
        f"POST /l/{secret} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: csrftoken={CSRF}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    status = int(head.split()[1])
    assert status < 500, head
    assert (status == 303) == (b"otalink_customer=" in head), head
    return status == 303


async def _click_all(port: int, secrets: list[str]) -> list[int]:
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CLICKS_EACH)]
    signed_in = []
    for secret in secrets:
        _barrier.wait(60)
        signed_in.append(sum(await asyncio.gather(*(_click(port, secret, each) for each in connections))))
    for _, writer in connections:
        writer.close()
    return signed_in


def _visit(port: int, secrets: list[str]) -> list[int]:
    try:
        return asyncio.run(_click_all(port, secrets))
    except BrokenBarrierError:
        return []


def test_fifty_simultaneous_clicks_give_exactly_one_session(tmp_path: Path) -> None:
    with product(tmp_path / "data") as made:
        secrets: list[str] = json.loads(_run(_MAKE_LINKS % LINKS, made.environ))
        made.start("web", "--bind", f"127.0.0.1:{made.web_port}", "--workers", "2")
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(PROCESSES)
        with ProcessPoolExecutor(PROCESSES, context, _keep, (barrier,)) as pool:
            visits = [pool.submit(_visit, made.web_port, secrets) for _ in range(PROCESSES)]
            signed_in = [sum(clicks) for clicks in zip(*(visit.result() for visit in visits), strict=True)]
        made.stop()
        assert signed_in == [1] * LINKS
        assert _run(_COUNT_SESSIONS, made.environ).split() == [str(LINKS)] * 2
