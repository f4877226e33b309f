"""Which commands begin an installation, and that nobody but its owner reads it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import MAIL, PATIENCE, Done, Otalink, wait_until_ready
from tests.support.servers import free_port

pytestmark = pytest.mark.processes


def typed_in(folder: Path, *words: str, stdin: str = "", **environ: str) -> Done:
    """A command typed in a folder by somebody who set nothing, or just this."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("OTALINK_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "otalink", *words],
        cwd=folder,
        env={**outside, **environ},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "words", [["ticket", "list"], ["sysconfig", "export"], ["quarantine", "list"], ["agent", "list"]], ids=" ".join
)
@pytest.mark.parametrize("is_other", [False, True])
def test_a_command_typed_in_the_wrong_folder_invents_no_data_folder(
    tmp_path: Path, words: list[str], is_other: bool
) -> None:
    """Before, it made one, and said of an empty desk that all was well. `data` may be another program's, too."""
    if is_other:
        (tmp_path / "data").mkdir()
    done = typed_in(tmp_path, *words)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"otalink: OTALINK_DATA: not set, and '{tmp_path}/data' is no data folder; "
        "accepted: a data folder; `otalink run` makes one where it is started\n"
    )
    assert list(tmp_path.rglob("*")) == ([tmp_path / "data"] if is_other else [])


def test_check_invents_no_data_folder_and_names_the_one_that_is_missing(tmp_path: Path) -> None:
    done = typed_in(tmp_path, "check")
    assert done.code == 1
    assert f"ok: no\ndata: {tmp_path}/data\nworker: unknown\n" in done.out
    assert "OTALINK_DATA: not set, and" in done.out
    mistyped = typed_in(tmp_path, "check", OTALINK_DATA=str(tmp_path / "dta"))
    assert (mistyped.code, f"OTALINK_DATA: there is no folder '{tmp_path}/dta'" in mistyped.out) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_the_first_mail_of_a_pipe_begins_an_installation_and_says_so_and_then_all_commands_work(tmp_path: Path) -> None:
    first = typed_in(tmp_path, "postmaster", "read", stdin=MAIL.format(subject="Printer"))
    assert (first.code, first.err.splitlines()[0]) == (0, f"otalink: making the data folder {tmp_path}/data")
    second = typed_in(tmp_path, "postmaster", "read", stdin=MAIL.format(subject="Second"))
    assert (second.code, "making" in second.err) == (0, False)
    assert "Printer" in typed_in(tmp_path, "ticket", "list").out
    assert f"data: {tmp_path}/data" in typed_in(tmp_path, "check").out


def test_a_data_folder_that_somebody_named_is_made(tmp_path: Path) -> None:
    done = typed_in(tmp_path, "ticket", "list", OTALINK_DATA=str(tmp_path / "desk"))
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "desk" / "otalink.sqlite3").exists()


def test_nobody_but_the_owner_reads_what_lies_in_the_data_folder(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    otalink = Otalink(data)
    otalink.file_mail()
    with otalink.started("run", "--bind", f"127.0.0.1:{port}", "--lmtp", "off") as process:
        wait_until_ready(port, process)
        otalink.file_mail("Second")
        made = [path for path in data.rglob("*") if path.name not in {"out", "err"}]  # the test's own
        assert {path.name for path in made} >= {"otalink.sqlite3", "otalink.sqlite3-wal", "otalink.sqlite3-shm"}
        readable = [path for path in (data, *made) if stat.S_IMODE(path.lstat().st_mode) & 0o077]
        assert readable == []


def test_a_database_of_an_earlier_version_is_narrowed_at_the_start(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    otalink.file_mail()
    database = tmp_path / "otalink.sqlite3"
    database.chmod(0o644)
    assert otalink("ticket", "list").code == 0
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
