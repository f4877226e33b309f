"""`otalink check`: what stands between this installation and its work."""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from otalink.cli.failures import EXIT_CANNOT, EXIT_DONE, one_line
from otalink.cli.output import CommandResult
from otalink.cli.prepare import ensure_database, start_django
from otalink.conf import data_folder, environment
from otalink.conf.variables import ConfigurationError

LEAST_FREE_BYTES = 200 * 1024 * 1024
SECONDS_TO_CONNECT = 10
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def check() -> CommandResult:
    """All problems, and what else is good to know; exit code 1 where there are problems."""
    try:
        environment.require_data_folder(os.environ, also_named=True)
        start_django()
    except ConfigurationError as error:
        return _reply(environment.data_path(os.environ), "unknown", [str(error)], [])
    from django.conf import settings

    notes: list[str] = []
    problems = list(_problems(notes))
    return _reply(settings.OTALINK_DATA, _worker(), problems, notes)


def _reply(data: Path, worker: str, problems: list[str], notes: list[str]) -> CommandResult:
    document = {"ok": not problems, "data": str(data), "worker": worker, "problems": problems, "notes": notes}
    return CommandResult(document, EXIT_CANNOT if problems else EXIT_DONE)


def _problems(notes: list[str]) -> Iterator[str]:
    from django.conf import settings

    yield from _data_folder(settings.OTALINK_DATA)
    yield from _database()
    yield from _customer_backends()
    yield from _desk(settings.OTALINK_DESK_CHECK, notes)
    yield from _mail(settings.OTALINK_MAIL_URL)
    yield from _security(settings.OTALINK_BASE_URL, settings.OTALINK_DATA)
    notes.append(_own_checks())


def _worker() -> str:
    """Whether mail would leave now."""
    from django.db import Error

    from otalink.maintenance import problems

    try:
        return "alive" if problems.has_worker() else "none"
    except Error:
        return "unknown"


def _data_folder(folder: Path) -> Iterator[str]:
    probe = folder / "check.tmp"
    try:
        probe.write_bytes(b"otalink")
        probe.unlink()
    except OSError as error:
        yield f"OTALINK_DATA: cannot write to {folder} ({error.strerror})"
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield f"OTALINK_DATA: only {free // 1024 // 1024} MB are free at {folder}; mail needs room"


def _database() -> Iterator[str]:
    from django.db import Error

    try:
        ensure_database()
        yield from _stored_settings()
        yield from _named_in_settings()
        yield from _sender_checks()
        yield from _openid()
        yield from _queues()
        yield from _at_work()
    except Error as error:
        yield f"OTALINK_DATABASE_URL: {one_line(error)}"


def _customer_backends() -> Iterator[str]:
    from otalink.cli.check.customer_backends import problems

    yield from problems()


def _desk(check: str, notes: list[str]) -> Iterator[str]:
    """What the desk says of itself; one of another system has much to say."""
    from django.utils.module_loading import import_string

    if check:
        yield from import_string(check)(notes)


def _stored_settings() -> Iterator[str]:
    from otalink.sysconfig.setting import InvalidValue
    from otalink.sysconfig.store import declared, stored_values

    settings = declared()
    for name, value in stored_values().items():
        try:
            if name in settings:
                settings[name].parse(value)
        except InvalidValue as error:
            yield f"setting {name}: {error}; `otalink sysconfig reset` brings the default back"


def _named_in_settings() -> Iterator[str]:
    from otalink.cli.check.settings import problems

    yield from problems()


def _sender_checks() -> Iterator[str]:
    from otalink.cli.check.senders import problems

    yield from problems()


def _openid() -> Iterator[str]:
    from otalink.cli.check.openid import problems

    yield from problems()


def _own_checks() -> str:
    from otalink.cli.check.senders import note

    return note()


def _queues() -> Iterator[str]:
    """Addresses that nobody outside can answer to; only the embedded desk has queues of ours."""
    from django.apps import apps
    from django.conf import settings

    if urlsplit(settings.OTALINK_MAIL_URL).scheme != "smtp" or not apps.is_installed("otalink.minidesk"):
        return
    queues: Any = apps.get_model("minidesk", "Queue")
    for name, email in queues._default_manager.values_list("name", "email"):
        if email.lower().endswith("@localhost"):
            yield f"queue {name}: nobody can answer to {email}; give it its real address in /admin"


def _at_work() -> Iterator[str]:
    """Mail that does not reach customers or agents."""
    from otalink.desk.port import DeskUnavailable
    from otalink.maintenance import problems

    try:
        yield from problems.lines()
    except DeskUnavailable as error:
        yield f"OTALINK_DESK: {one_line(error)}"


def _mail(mail_url: str) -> Iterator[str]:
    """Go as far as sending mail goes, short of a mail."""
    from otalink.notifications.transport import mailer

    url = urlsplit(mail_url)
    try:
        if url.scheme == "file":
            Path(unquote(url.path)).mkdir(parents=True, exist_ok=True)
        else:
            with mailer.session(url, SECONDS_TO_CONNECT):
                pass
    except (OSError, smtplib.SMTPException) as error:
        yield f"OTALINK_MAIL_URL: cannot hand mail over ({one_line(error)})"


def _security(base_url: str, data: Path) -> Iterator[str]:
    url = urlsplit(base_url)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        yield f"OTALINK_BASE_URL: {base_url} is not https; links and sessions could be read on the way"
    key = data / "secret-key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield f"OTALINK_SECRET_KEY: {key} can be read by others; `chmod 600 {key}`"
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        for file in data_folder.readable_by_others(Path(str(database["NAME"]))):
            yield f"OTALINK_DATABASE_URL: {file} can be read by others; `chmod 600 {file}`"
