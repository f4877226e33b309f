"""The long-running commands as real processes: start, stop, crash, memory."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from otalink.cli.demo.visitor import Visitor
from tests.support.command import MAIL, Otalink, terminate, wait_until_ready
from tests.support.servers import free_port

pytestmark = pytest.mark.processes


@dataclass(frozen=True)
class Running:
    """A running `otalink run`."""

    otalink: Otalink
    process: subprocess.Popen[str]
    web: int
    lmtp: int

    @property
    def printed(self) -> str:
        return (self.otalink.data / "out").read_text()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    otalink, web, lmtp = Otalink(tmp_path), free_port(), free_port()
    with otalink.started("run", "--bind", f"127.0.0.1:{web}", "--lmtp", f"127.0.0.1:{lmtp}") as process:
        wait_until_ready(web, process)
        yield Running(otalink, process, web, lmtp)


def children(pid: int) -> list[int]:
    """The processes below a process."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended meanwhile
    return [child for child, parent in parents.items() if parent == pid]


def serving(pid: int) -> list[int]:
    """The web processes below a supervisor."""
    return [child for child in children(pid) if b"spawn_main" in command_line(child)]


def command_line(pid: int) -> bytes:
    """Empty for a process that ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port: int, subject: str) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as server:
        server.sendmail("ann@customer.example", ["support@localhost"], MAIL.format(subject=subject))


def test_the_first_start_makes_an_admin_and_prints_the_password_once(running: Running) -> None:
    password = re.search(r"as admin with the password (\S+) ", running.printed)
    assert password is not None
    visitor = Visitor()
    page = visitor.open(f"http://127.0.0.1:{running.web}/admin/login/")
    signed_in = visitor.press(page, username="admin", password=password.group(1))
    assert "Settings" in visitor.open(f"http://127.0.0.1:{running.web}/admin/").html
    assert signed_in.status == 200
    assert terminate(running.process) < 10

    port = free_port()
    with running.otalink.started("run", "--bind", f"127.0.0.1:{port}", "--lmtp", "off") as second:
        wait_until_ready(port, second)
    assert running.printed.count("password") == 1


def test_a_start_at_an_address_that_links_do_not_lead_to_warns(running: Running) -> None:
    log = (running.otalink.data / "err").read_text()
    assert log.startswith("otalink: links will start with http://127.0.0.1:8000; OTALINK_BASE_URL ")
    terminate(running.process)
    (running.otalink.data / "err").unlink()
    named = Otalink(running.otalink.data, {"OTALINK_BASE_URL": f"http://127.0.0.1:{running.web}"})
    with named.started("run", "--bind", f"127.0.0.1:{running.web}", "--lmtp", "off") as process:
        wait_until_ready(running.web, process)
    assert "links will start" not in (running.otalink.data / "err").read_text()


def test_a_mail_over_lmtp_is_filed_and_answered(running: Running) -> None:
    send(running.lmtp, "Printer")
    assert [ticket["title"] for ticket in running.otalink.json("ticket", "list")] == ["Printer"]
    outgoing = running.otalink.data / "outgoing"
    assert eventually(lambda: len(list(outgoing.glob("*.eml"))) == 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_everything_within_ten_seconds(running: Running, number: signal.Signals) -> None:
    below = children(running.process.pid)
    assert len(below) >= 2
    assert terminate(running.process, number) < 10
    assert running.process.returncode == 0
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 3)
    assert not accepts(running.web)
    assert not accepts(running.lmtp)


def test_a_request_in_hand_is_answered_before_the_end(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.web), 15) as client:
        client.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\nlogin=ann")
        time.sleep(0.5)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        client.sendall(b"@customer.e")
        assert client.recv(100).startswith(b"HTTP/1.1 403 ")  # answered; a form without its token is refused
    running.process.wait(10)
    assert running.process.returncode == 0


def test_a_port_in_use_is_told_in_one_line(running: Running) -> None:
    other = Otalink(running.otalink.data)
    for words in (
        ["run", "--bind", f"127.0.0.1:{running.web}", "--lmtp", "off"],
        ["run", "--bind", f"127.0.0.1:{free_port()}", "--lmtp", f"127.0.0.1:{running.lmtp}"],
        ["web", "--bind", f"127.0.0.1:{running.web}"],
        ["postmaster", "lmtp", "--lmtp", f"127.0.0.1:{running.lmtp}"],
    ):
        done = other(*words)
        assert (done.code, done.out) == (1, "")
        assert re.fullmatch(r"otalink: cannot listen at 127\.0\.0\.1:\d+: Address already in use\n", done.err)


def test_one_address_for_two_servers_is_told_in_one_line(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    told = Otalink(tmp_path).refused("run", "--bind", address, "--lmtp", address)
    assert told == f"otalink: cannot listen at {address}: Address already in use\n"


def test_a_wrong_boot_variable_is_told_before_a_port_in_use(running: Running) -> None:
    wrong = Otalink(running.otalink.data, {"OTALINK_TASKS": "redis://h"})
    for words in (["run", "--lmtp", "off"], ["web"]):
        assert wrong.refused(*words, "--bind", f"127.0.0.1:{running.web}").startswith("otalink: OTALINK_TASKS: ")


def test_a_port_in_use_is_told_before_a_database_is_made(running: Running, tmp_path: Path) -> None:
    fresh = Otalink(tmp_path / "fresh")
    assert "cannot listen" in fresh.refused("web", "--bind", f"127.0.0.1:{running.web}")
    assert not list(fresh.data.glob("*.sqlite3"))


def test_a_killed_web_process_is_replaced(running: Running) -> None:
    (first,) = serving(running.process.pid)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: serving(running.process.pid) not in ([], [first]))
    wait_until_ready(running.web, running.process)
    assert eventually(lambda: accepts(running.lmtp))
    send(running.lmtp, "After the crash")
    assert terminate(running.process) < 10
    assert running.process.returncode == 0


def test_what_a_killed_supervisor_leaves_behind_ends_and_frees_the_ports(running: Running) -> None:
    running.process.kill()
    running.process.wait()
    assert eventually(lambda: not accepts(running.web) and not accepts(running.lmtp), 10)


def test_all_processes_together_stay_below_160_mb(running: Running) -> None:
    send(running.lmtp, "Memory")
    Visitor().open(f"http://127.0.0.1:{running.web}/admin/login/")
    time.sleep(2)
    pages = [
        int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        for pid in [running.process.pid, *children(running.process.pid)]
    ]
    assert sum(pages) * os.sysconf("SC_PAGE_SIZE") < 160 * 1024 * 1024


def test_nothing_but_the_greeting_is_printed_and_no_secret_is_logged(running: Running) -> None:
    Visitor().open(f"http://127.0.0.1:{running.web}/l/{'s' * 43}")
    terminate(running.process)
    assert [line.partition(" ")[0] for line in running.printed.splitlines()] == ["Sign", "otalink"]
    log = (running.otalink.data / "err").read_text()
    assert "s" * 43 not in log
    assert "Traceback" not in log


def test_the_parts_run_as_processes_of_their_own(tmp_path: Path) -> None:
    otalink, web, lmtp = Otalink(tmp_path), free_port(), free_port()
    with (
        otalink.started("web", "--bind", f"127.0.0.1:{web}", "--workers", "2") as pages,
        otalink.started("postmaster", "lmtp", "--lmtp", f"127.0.0.1:{lmtp}") as intake,
        otalink.started("worker") as worker,
    ):
        wait_until_ready(web, pages)
        assert eventually(lambda: accepts(lmtp))
        assert len(serving(pages.pid)) == 2
        send(lmtp, "Printer")
        assert eventually(lambda: len(list((tmp_path / "outgoing").glob("*.eml"))) == 1)
        for process in (pages, intake, worker):
            assert terminate(process) < 10
            assert process.returncode == 0
