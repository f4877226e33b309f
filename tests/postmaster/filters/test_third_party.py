"""A pre-filter from a package that somebody else wrote: the one of docs/howto/write-a-filter.md, word by word."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.command import MAIL, Otalink

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "howto" / "write-a-filter.md").read_text(encoding="utf-8")
NAME = "PostMaster::PreFilterModule###500-Vip"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the page's package is installed in."""
    package, target = tmp_path_factory.mktemp("otalink-vip"), tmp_path_factory.mktemp("installed")
    source = package / "src" / "otalink_vip"
    source.mkdir(parents=True)
    (package / "pyproject.toml").write_text(block("toml"))
    (source / "__init__.py").write_text(block("python"))
    uv = str(ROOT / "scripts" / "uv")
    command = [uv, "pip", "install", "--no-deps", "--target", str(target), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return target


def test_the_filter_on_the_page_is_as_short_as_promised() -> None:
    assert len(block("python").strip().splitlines()) <= 20


def test_it_is_offered_set_with_its_own_checks_and_acts(installed: Path, tmp_path: Path) -> None:
    otalink = Otalink(tmp_path, {"PYTHONPATH": str(installed)})
    refused = otalink("sysconfig", "set", NAME, '{"Module": "Vip", "Colour": "red"}')
    assert (refused.code, "Domain, Queue" in refused.err) == (1, True)
    words = re.search(r"sysconfig set '([^']+)' '([^']+)'", block("sh"))
    assert words
    assert otalink("sysconfig", "set", *words.groups()).code == 0
    assert otalink.json("sysconfig", "get", NAME) == {
        "Module": "Vip",
        "Domain": "customer.example",
        "Queue": "Support",
    }
    otalink("sysconfig", "set", NAME, json.dumps({"Queue": "Nowhere"}))
    vip = otalink.json("postmaster", "read", stdin=MAIL.format(subject="Printer"))
    assert (vip["outcome"], "no queue 'Nowhere'" in vip["reason"]) == ("quarantined", True)
    other = MAIL.format(subject="Other").replace("customer.example>\nTo", "other.example>\nTo")
    assert otalink.json("postmaster", "read", stdin=other)["outcome"] == "new ticket"


def test_without_its_package_mail_waits_in_quarantine_until_it_is_back(installed: Path, tmp_path: Path) -> None:
    with_it, without = Otalink(tmp_path, {"PYTHONPATH": str(installed)}), Otalink(tmp_path)
    assert with_it("sysconfig", "set", NAME, '{"Module": "Vip"}').code == 0
    kept = without.json("postmaster", "read", stdin=MAIL.format(subject="Printer"))
    assert (kept["outcome"], "Vip" in kept["reason"]) == ("quarantined", True)
    (item,) = with_it.json("quarantine", "list")
    assert with_it.json("quarantine", "replay", item["id"])["outcome"] == "new ticket"
