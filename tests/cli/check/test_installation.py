"""`otalink check`: every kind of problem it is there to find."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from otalink.cli.check import installation
from otalink.conf.data_folder import keep_database_private
from otalink.maintenance import heartbeat
from otalink.minidesk.models import Queue
from otalink.notifications.models import MailState, OutboxMail
from otalink.postmaster import quarantine
from otalink.postmaster.accounts import manage, visit
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.models import MailAccount
from otalink.sysconfig.models import StoredValue
from tests.notifications.results.mails import mail
from tests.support import make
from tests.support.command import Otalink
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_order(data_folder: Path, settings: Settings) -> None:
    settings.OTALINK_MAIL_URL = (data_folder / "outgoing").as_uri()
    if connection.vendor == "sqlite":
        keep_database_private(Path(str(connection.settings_dict["NAME"])))


def problems() -> list[str]:
    reply = installation.check()
    assert reply.exit_code == (1 if reply.document["problems"] else 0)
    assert reply.document["ok"] is not bool(reply.document["problems"])
    found: list[str] = reply.document["problems"]
    return found


def test_nothing_is_wrong_with_the_defaults() -> None:
    assert problems() == []


def test_a_public_address_without_https_is_a_problem(settings: Settings) -> None:
    settings.OTALINK_BASE_URL = "http://desk.example.com"
    (problem,) = problems()
    assert problem.startswith("OTALINK_BASE_URL: http://desk.example.com is not https")
    settings.OTALINK_BASE_URL = "https://desk.example.com"
    assert problems() == []


def test_a_secret_key_that_others_can_read_is_a_problem(data_folder: Path) -> None:
    key = data_folder / "secret-key"
    key.write_text("k" * 50)
    key.chmod(0o640)
    (problem,) = problems()
    assert problem == f"OTALINK_SECRET_KEY: {key} can be read by others; `chmod 600 {key}`"
    key.chmod(0o600)
    assert problems() == []


def test_a_mail_server_that_is_not_there_is_a_problem(settings: Settings) -> None:
    Queue.objects.update(email="support@example.com")
    settings.OTALINK_MAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    (problem,) = problems()
    assert problem.startswith("OTALINK_MAIL_URL: cannot hand mail over (")


@pytest.mark.parametrize(
    ("user", "query", "problem"),
    [("", "", ""), ("", "?tls=starttls", "STARTTLS"), ("ann:secret@", "", "AUTH")],
)
def test_a_mail_server_is_greeted_the_way_mail_will_be_sent(
    settings: Settings, user: str, query: str, problem: str
) -> None:
    Queue.objects.update(email="support@example.com")
    server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        settings.OTALINK_MAIL_URL = f"smtp://{user}127.0.0.1:{server.port}{query}"
        found = problems()
    finally:
        server.stop()
    assert len(found) == (1 if problem else 0)
    assert all(problem in text and "secret" not in text for text in found)


def test_a_queue_that_nobody_outside_can_answer_is_a_problem_once_mail_is_really_sent(settings: Settings) -> None:
    server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        settings.OTALINK_MAIL_URL = f"smtp://127.0.0.1:{server.port}"
        (problem,) = problems()
    finally:
        server.stop()
    assert problem.startswith("queue Support: nobody can answer to support@localhost")


def test_a_mail_account_that_fails_is_a_problem_with_its_reason_and_its_beginning() -> None:
    given = {"host": "127.0.0.1", "port": free_port(), "user": "help", "security": "none"}
    account = manage.add({"password": "x"}, name="help", **given)
    assert problems() == []
    with time_machine.travel("2026-11-23T12:00Z") as clock:
        visit.visit(account, lambda: False, stay=False)
        clock.shift(3_600)
        visit.visit(account, lambda: False, stay=False)
    (problem,) = problems()
    assert problem.startswith("mail account help: fails since 2026-11-23 12:00 UTC: 127.0.0.1 port ")
    assert "refuses the connection" in problem
    manage.set_enabled(account, False)
    assert problems() == []


def test_what_does_not_reach_its_readers_is_a_problem(data_folder: Path) -> None:
    make.customer()
    mail(make.ticket().number, MailState.RETURNED)
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    assert problems() == [
        "no worker is alive: no mail leaves; start `otalink run` or `otalink worker`",
        "mail about 1 ticket was not delivered; `otalink outbox list` says why",
        "1 mail in quarantine; `otalink quarantine list` says why",
    ]
    heartbeat.beat("worker")
    OutboxMail.objects.update(undelivered_since=None)
    quarantine.delete(*quarantine.ids())
    assert problems() == []


def test_mail_that_an_account_leaves_where_it_is_is_a_problem() -> None:
    note = visit.Visit("help", too_large=2).note
    MailAccount.objects.create(name="help", host="mail.example", user="help", last_error=note)
    (problem,) = problems()
    assert problem.startswith("mail account help: not fetched: 2 mails that are larger than PostMasterMaxEmailSize")


def test_an_outgoing_folder_that_cannot_be_made_is_a_problem(settings: Settings, data_folder: Path) -> None:
    (data_folder / "file").write_text("")
    settings.OTALINK_MAIL_URL = (data_folder / "file" / "outgoing").as_uri()
    (problem,) = problems()
    assert problem.startswith("OTALINK_MAIL_URL: cannot hand mail over (")


def test_a_stored_setting_that_no_longer_fits_is_a_problem() -> None:
    StoredValue.objects.create(name="OneTimeAuth::AccessDaysAfterClose", value="soon")
    (problem,) = problems()
    assert problem.startswith("setting OneTimeAuth::AccessDaysAfterClose: ")
    assert "sysconfig reset" in problem


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_little_free_disk_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Usage(10**9, 10**9 - 50 * 2**20, 50 * 2**20))
    (problem,) = problems()
    assert problem.startswith("OTALINK_DATA: only 50 MB are free")


def test_a_full_disk_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert any("No space left on device" in problem for problem in problems())


def test_it_names_the_data_folder_and_says_whether_a_worker_is_alive(data_folder: Path) -> None:
    document = installation.check().document
    assert (document["ok"], document["data"], document["worker"]) == (True, str(data_folder), "none")
    heartbeat.beat("worker")
    assert installation.check().document["worker"] == "alive"
    with time_machine.travel(timezone.now() + heartbeat.DEAD_AFTER * 2):
        make.ticket()
        assert installation.check().document["worker"] == "none"
        (problem,) = problems()
        assert problem.startswith("no worker is alive: no mail leaves")


def test_a_database_that_others_can_read_is_a_problem(settings: Settings, tmp_path: Path) -> None:
    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite":
        pytest.skip("a database server says itself who may read")
    file.chmod(0o644)
    try:
        (problem,) = problems()
        assert problem == f"OTALINK_DATABASE_URL: {file} can be read by others; `chmod 600 {file}`"
    finally:
        file.chmod(0o600)
    assert problems() == []


@pytest.mark.processes
def test_check_makes_the_database_and_says_that_all_is_well(tmp_path: Path) -> None:
    done = Otalink(tmp_path)("check")
    assert done.code == 0
    assert done.out.startswith(f"ok: yes\ndata: {tmp_path}\nworker: none\nproblems: []\nnotes:\n  - our own checks ")


@pytest.mark.processes
@pytest.mark.parametrize(
    ("name", "value"),
    [("OTALINK_TASKS", "redis://h"), ("OTALINK_DATABASE_URL", "postgres://u:p@127.0.0.1:1/d")],
)
def test_check_exits_with_1_and_lists_what_is_wrong(tmp_path: Path, name: str, value: str) -> None:
    done = Otalink(tmp_path, {name: value})("check")
    assert done.code == 1
    assert "ok: no" in done.out
    assert f"  - {name}: " in done.out
    assert "Traceback" not in done.err
