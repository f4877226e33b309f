"""What the processes below the supervisor do; these functions run there, not in the supervisor."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from multiprocessing.util import Finalize
from typing import Any, Protocol

from otalink.cli.failures import guarded
from otalink.cli.output import say
from otalink.cli.prepare import alone, ensure_database, start_django
from otalink.cli.server.ports import ListenOn, require_free


class Part(Protocol):
    """A server or worker that runs in threads of this process."""

    def stop(self) -> None:
        """Finish the work in hand and end."""
        ...


def prepare(places: Sequence[ListenOn]) -> None:
    """Check the boot configuration and that we can listen there, make the database and the first admin.

    Ends this process with the exit code.
    """
    sys.exit(guarded(partial(_prepare, places)))


def _prepare(places: Sequence[ListenOn]) -> int:
    # In this order: what is wrong with the configuration is told even while another otalink has the ports, and the
    # database is not touched by a start that comes to nothing.
    start_django()
    require_free(*places)
    ensure_database()
    from otalink.agents.accounts import ensure_admin

    with alone():
        password = ensure_admin()
    if password:
        where = _pages_of_agents(places[0])
        say(f"Sign in at {where} as admin with the password {password} (it is shown only this once).")
    return 0


def serve_web(target: str) -> Any:
    """The WSGI application `module:name`."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def serve_everything(target: str, *, lmtp: ListenOn | None, smtp: ListenOn | None) -> Any:
    """The WSGI application, with the worker and mail intake running beside it until this process is told to end."""
    application = serve_web(target)
    from django.conf import settings

    from otalink.maintenance.worker import Worker

    parts: list[Part] = []
    if lmtp:
        parts.append(mail_server(lmtp))
    if smtp:
        parts.append(smtp_server(smtp))
    parts += local_socket()
    if settings.OTALINK_TAKES_MAIL:
        parts.append(_mail_fetcher())
    parts += desk_services()
    worker = Worker()
    worker.start()
    parts.append(worker)
    # Runs once SIGTERM came and the requests in hand are answered, while thread pools still take work; the
    # interpreter's own exit hooks come too late for that.
    Finalize(None, stop, args=(parts,), exitpriority=10)
    return application


def mail_server(listen_on: ListenOn) -> Part:
    """An LMTP server that runs."""
    from otalink.postmaster.sources.lmtp import serve

    return serve(listen_on.host, listen_on.port)


def smtp_server(listen_on: ListenOn) -> Part:
    """An SMTP server that runs; the boot configuration says whether it has a certificate and asks for a login."""
    from django.conf import settings

    from otalink.postmaster.sources.smtp import Access, serve

    access = Access(settings.OTALINK_SMTP_CERTIFICATE, settings.OTALINK_SMTP_LOGIN)
    return serve(listen_on.host, listen_on.port, access)


def local_socket() -> list[Part]:
    """The socket over which `otalink postmaster read` hands mail over; none where there can be none."""
    from django.conf import settings

    from otalink.cli.mail_results import answer
    from otalink.postmaster.sources.local_socket import serve

    served = serve(settings.OTALINK_DATA, answer)
    return [served] if served else []


def desk_services() -> list[Part]:
    """What the desk of this installation has running beside the worker."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    started = [import_string(name)() for name in settings.OTALINK_DESK_SERVICES]
    return [part for part in started if part]


def _mail_fetcher() -> Part:
    from otalink.postmaster.accounts.fetcher import Fetcher

    fetcher = Fetcher()
    fetcher.start()
    return fetcher


def stop(parts: list[Part]) -> None:
    """End all of these at once."""
    stopping = [threading.Thread(target=part.stop) for part in parts]
    for thread in stopping:
        thread.start()
    for thread in stopping:
        thread.join()


def _end_with(supervisor: int) -> None:
    # A supervisor that was killed cannot tell us; we would go on listening, and block its successor's ports.
    while os.getppid() == supervisor:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _pages_of_agents(web: ListenOn) -> str:
    from django.conf import settings

    # Beside another ticket system its web server passes only the customers' pages on.
    return f"http://{web}/admin/" if settings.OTALINK_DESK_CUSTOMERS_URLS else f"{settings.OTALINK_BASE_URL}/desk/"
