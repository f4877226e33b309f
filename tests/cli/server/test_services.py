"""The commands as an operator runs them: processes with exit codes, answers and messages of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from otalink.cli.reference import commands
from tests.postmaster.filters.support import FAULT, STUBBORN
from tests.support.command import MAIL, Otalink

pytestmark = pytest.mark.processes
ANN = "ann@customer.example"
DAYS = "OneTimeAuth::AccessDaysAfterClose"
AWAY = {"OTALINK_DATABASE_URL": "sqlite:////nonexistent/folder/db.sqlite3"}
# These serve until they are told to end; `test_serving.py` and `test_demo.py` run them.
SERVE = {"demo", "run", "web", "worker", "postmaster lmtp", "postmaster smtp", "postmaster fetch"}
# Mail accounts and archives have processes of their own in tests/postmaster/sources, what was switched to codes in
# tests/journeys/test_button_pressing_scanner.py; people are in `test_commands.py`
# and `test_agents.py`; those about an OTOBO and the OpenID provider in `tests/otobo` and `tests/oidc`.
ELSEWHERE = (
    "agent ",
    "postmaster account ",
    "postmaster import",
    "ticket participant ",
    "customer address ",
    "customer admit",
    "customer merge",
    "token switch",
    "outbox retry",
    "outbox drop",
    "otobo ",
    "oidc client ",
)


def test_every_command_of_the_contract_answers_as_a_process(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path / "data")
    (tmp_path / "settings.json").write_text(json.dumps({DAYS: 7}))
    number = otalink.file_mail()
    name, module, value = FAULT
    fault = json.dumps({"Module": module, "Value": value})
    otalink.json("sysconfig", "set", f"PostMaster::PreFilterModule###{name}", fault)
    otalink.json("postmaster", "read", stdin=MAIL.format(subject=STUBBORN))
    (item,) = otalink.json("quarantine", "list")
    lines = [
        ("check", [], 1, {"ok": False, "worker": "none"}),
        ("postmaster read", [], 0, {"outcome": "duplicate"}),
        ("quarantine list", [], 0, None),
        ("quarantine show", [item["id"]], 0, {"id": item["id"]}),
        ("quarantine replay", [item["id"]], 1, {"outcome": "quarantined"}),
        ("quarantine delete", [item["id"]], 0, {"deleted": True}),
        ("customer list", [], 0, None),
        ("customer show", [ANN], 0, {"login": ANN}),
        ("customer disable", [ANN], 0, {"valid": False}),
        ("customer enable", [ANN], 0, {"valid": True}),
        ("customer set-password", [ANN], 0, {"has_password": True}),
        ("ticket list", [], 0, None),
        ("ticket show", [number], 0, {"number": number}),
        ("ticket reply", [number, "--body", "Pour water on it."], 0, {"state": "open"}),
        ("ticket close", [number], 0, {"state": "closed successful"}),
        ("ticket reopen", [number], 0, {"state": "open"}),
        ("token issue", [number], 0, {"ticket": number, "customer_user": ANN}),
        ("token list", [number], 0, None),
        ("token revoke", [number], 0, {"revoked": 1}),
        ("outbox list", [], 0, None),
        ("maintenance list", [], 0, None),
        ("maintenance run", ["DeleteExpiredOTATokens"], 0, {"deleted": 0}),
        ("sysconfig list", [], 0, None),
        ("sysconfig set", [DAYS, "3"], 0, 3),
        ("sysconfig get", [DAYS], 0, 3),
        ("sysconfig export", [], 0, {DAYS: 3}),
        ("sysconfig import", [str(tmp_path / "settings.json")], 0, {"set": 1}),
        ("sysconfig reset", [DAYS], 0, 14),
        ("sysconfig reference", [], 0, None),
        ("customer delete", [ANN], 0, {"deleted": ANN}),
    ]
    every = {words for words, _ in commands()}
    others = {words for words in every if words.startswith(ELSEWHERE)}
    assert {words for words, *_ in lines} == every - SERVE - others
    stdin = {"postmaster read": MAIL.format(subject="Printer"), "customer set-password": "correct horse\n"}
    for words, arguments, code, expected in lines:
        done = otalink(*words.split(), *arguments, "--json", stdin=stdin.get(words, ""))
        assert done.code == code, (words, done)
        # The filter that fails is a bug of its own, and told as one.
        assert words == "quarantine replay" or "Traceback" not in done.err, (words, done)
        answer = json.loads(done.out)
        if isinstance(expected, dict):
            assert answer.items() >= expected.items(), words
        else:
            assert expected is None or answer == expected, words


def test_postmaster_read_exits_with_75_and_keeps_nothing_when_the_database_is_away(tmp_path: Path) -> None:
    done = Otalink(tmp_path, AWAY)("postmaster", "read", "--json", stdin=MAIL.format(subject="Away"))
    assert done.code == 75
    assert "Traceback" not in done.err
    assert Otalink(tmp_path).json("ticket", "list") == []
    assert not (tmp_path / "quarantine").exists()


def test_postmaster_read_exits_with_75_when_it_cannot_even_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = Otalink(tmp_path / "file")("postmaster", "read", stdin=MAIL.format(subject="Away"))
    assert (done.code, done.out) == (75, "")
    assert done.err.startswith("otalink: OTALINK_DATA: cannot make ")


def test_postmaster_read_of_a_file_that_is_not_there_is_a_refusal(tmp_path: Path) -> None:
    assert "no-such.eml" in Otalink(tmp_path).refused("postmaster", "read", str(tmp_path / "no-such.eml"))


def test_a_command_that_needs_the_database_exits_with_75_when_it_is_away(tmp_path: Path) -> None:
    done = Otalink(tmp_path, AWAY)("customer", "list")
    told = "otalink: OTALINK_DATABASE_URL: unable to open database file\n"
    assert (done.code, done.out, done.err) == (75, "", told)


def test_quarantine_can_be_read_while_the_database_is_away(tmp_path: Path) -> None:
    assert Otalink(tmp_path, AWAY).json("quarantine", "list") == []


def test_a_refusal_is_one_line_on_standard_error(tmp_path: Path) -> None:
    assert Otalink(tmp_path).refused("customer", "show", ANN) == f"otalink: no customer user '{ANN}'\n"


def test_the_installed_script_is_the_same_command(tmp_path: Path) -> None:
    script = shutil.which("otalink", path=str(Path(sys.executable).parent))
    assert script is not None
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == Otalink(tmp_path)("--version").out


def test_a_wrong_boot_variable_stops_any_command_with_one_line(tmp_path: Path) -> None:
    wrong = Otalink(tmp_path, {"OTALINK_TASKS": "redis://h"})
    assert wrong.refused("customer", "list").startswith("otalink: OTALINK_TASKS: ")
    assert wrong.refused("run", "--bind", "127.0.0.1:0").startswith("otalink: OTALINK_TASKS: ")


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "otalink", "sysconfig", "reference"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_commands_that_start_at_once_on_an_empty_folder_share_one_database(tmp_path: Path) -> None:
    fresh = Otalink(tmp_path)
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda i: fresh("postmaster", "read", stdin=MAIL.format(subject=f"Start{i}")), range(3))
        )
    assert [answer.code for answer in answers] == [0, 0, 0], answers
    assert len(fresh.json("ticket", "list")) == 3
