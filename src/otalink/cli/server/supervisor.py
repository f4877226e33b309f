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

from otalink.cli.output import CommandResult, say
from otalink.cli.server.ports import ListenOn
from otalink.cli.server.services import prepare, serve_everything, serve_web
from otalink.conf.environment import DEFAULT_BASE_URL
from otalink.conf.logging import LOGGING

# SIGTERM promises an end within 10 s; what takes longer than this to finish is cut off.
SECONDS_TO_FINISH = 9


def run(bind: ListenOn, lmtp: ListenOn | None, smtp: ListenOn | None) -> CommandResult:
    """Web, worker, schedules and mail intake; returns after SIGTERM or Ctrl+C."""
    listeners = {"LMTP": lmtp, "SMTP": smtp}
    mail = "".join(f", for mail over {name} at {listen_on}" for name, listen_on in listeners.items() if listen_on)
    places = [bind, *(listen_on for listen_on in listeners.values() if listen_on)]
    load = partial(serve_everything, lmtp=lmtp, smtp=smtp)
    return _serve(bind, 1, places, load, f"otalink listens at http://{bind}{mail}")


def web(bind: ListenOn, workers: int) -> CommandResult:
    """Only the web pages, in that many processes."""
    return _serve(bind, workers, [bind], serve_web, f"otalink listens at http://{bind}")


def _serve(
    bind: ListenOn, workers: int, places: list[ListenOn], load: Callable[[str], Any], greeting: str
) -> CommandResult:
    # A fresh process imports only what it needs; a fork would copy locks and connections in whatever state they are.
    multiprocessing.set_start_method("spawn", force=True)
    # glibc keeps memory pools per thread; two are enough for our few threads.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    try:
        if failed := _prepare(places):
            return CommandResult(None, failed)
        _warn_of_other_links(bind)
        server = _server(bind, workers)
        server.on_startup(partial(say, greeting))
        server.serve(target_loader=load)
    except KeyboardInterrupt:
        pass  # told to end before the server listened for that
    return CommandResult(None)


def _warn_of_other_links(bind: ListenOn) -> None:
    named = {"OTALINK_BASE_URL", "OTALINK_BASE_URL_FILE"} & set(os.environ)
    if not named and f"http://{bind}" != DEFAULT_BASE_URL:
        sys.stderr.write(
            f"otalink: links will start with {DEFAULT_BASE_URL}; OTALINK_BASE_URL names the URL that people reach\n"
        )


def _prepare(places: list[ListenOn]) -> int:
    process = multiprocessing.Process(target=prepare, args=(places,), daemon=True)
    process.start()
    process.join()
    return process.exitcode or 0


def _server(bind: ListenOn, workers: int) -> MPServer:
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
