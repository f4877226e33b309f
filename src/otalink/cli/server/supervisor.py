"""The long-running commands: `run` has everything together, `web` and `worker` are its parts.

The supervisor is kept small: it imports neither Django nor anything of ours that needs it. What serves runs in
processes below it, which it replaces when they die.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from otalink.cli.output import Reply, say
from otalink.cli.parameters import Address
from otalink.cli.server.ports import require_free
from otalink.cli.server.services import prepare, serve_everything, serve_web
from otalink.conf.environment import DEFAULT_BASE_URL
from otalink.conf.logging import LOGGING

# SIGTERM promises an end within 10 s; what takes longer than this to finish is cut off.
SECONDS_TO_FINISH = 9


def run(bind: Address, lmtp: Address | None, smtp: Address | None) -> Reply:
    """Web, worker, schedules and mail intake; returns after SIGTERM or Ctrl+C.

    Raises:
        AddressInUse
    """
    listeners = {"LMTP": lmtp, "SMTP": smtp}
    mail = "".join(f", for mail over {name} at {address}" for name, address in listeners.items() if address)
    addresses = [bind, *(address for address in listeners.values() if address)]
    load = partial(serve_everything, lmtp=lmtp, smtp=smtp)
    return _serve(bind, 1, addresses, load, f"otalink listens at http://{bind}{mail}")


def web(bind: Address, workers: int) -> Reply:
    """Only the web pages, in that many processes.

    Raises:
        AddressInUse
    """
    return _serve(bind, workers, [bind], serve_web, f"otalink listens at http://{bind}")


def _serve(bind: Address, workers: int, addresses: list[Address], load: Callable[[str], Any], greeting: str) -> Reply:
    # A fresh process imports only what it needs; a fork would copy locks and connections in whatever state they are.
    multiprocessing.set_start_method("spawn", force=True)
    # glibc keeps memory pools per thread; two are enough for our few threads.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    require_free(*addresses)
    try:
        if failed := _prepare():
            return Reply(None, failed)
        _warn_of_other_links(bind)
        server = _server(bind, workers)
        server.on_startup(partial(say, greeting))
        server.serve(target_loader=load)
    except KeyboardInterrupt:
        pass  # told to end before the server listened for that
    return Reply(None)


def _warn_of_other_links(bind: Address) -> None:
    named = {"OTALINK_BASE_URL", "OTALINK_BASE_URL_FILE"} & set(os.environ)
    if not named and f"http://{bind}" != DEFAULT_BASE_URL:
        sys.stderr.write(
            f"otalink: links will start with {DEFAULT_BASE_URL}; OTALINK_BASE_URL names the address that people reach\n"
        )


def _prepare() -> int:
    process = multiprocessing.Process(target=prepare, daemon=True)
    process.start()
    process.join()
    return process.exitcode or 0


def _server(bind: Address, workers: int) -> MPServer:
    return MPServer(
        "otalink.conf.wsgi:application",
        address=bind.host,
        port=bind.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=min(4, 2 * (os.cpu_count() or 1) + 1),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
    )


def _logging() -> dict[str, Any]:
    # The server's own log goes where ours goes: standard output is for answers.
    quiet = {"level": "WARNING"}
    return {**LOGGING, "loggers": {**LOGGING["loggers"], "_granian": quiet, "granian.access": quiet}}
