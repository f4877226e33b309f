"""The demo, run as anybody would."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from otalink.cli.demo.visitor import Visitor
from tests.cli.server.test_supervisor import eventually
from tests.support.command import Otalink, terminate

pytestmark = pytest.mark.processes


def test_the_demo_once_tells_the_whole_way_and_leaves_nothing(tmp_path: Path) -> None:
    outside = {"OTALINK_TASKS": "what is configured outside does not matter", "TMPDIR": str(tmp_path)}
    done = Otalink(tmp_path, outside)("demo", "--once")
    assert (done.code, done.err) == (0, "")
    for told in (
        "comes in over LMTP",
        "customer user  kim@example.com (Kim Sample)",
        "/l/",
        "/tickets/",
        "stays outside",
    ):
        assert told in done.out
    assert len(set(re.findall(r"/l/[\w-]{43}", done.out))) == 3
    assert list(tmp_path.iterdir()) == []


def test_the_demo_serves_its_link_until_it_is_told_to_end(tmp_path: Path) -> None:
    with Otalink(tmp_path).started("demo") as process:
        printed = tmp_path / "out"
        assert eventually(lambda: "Ctrl+C" in printed.read_text(), 60), (tmp_path / "err").read_text()
        link = re.findall(r"http://127\.0\.0\.1:\d+/l/[\w-]{43}", printed.read_text())[-1]
        visitor = Visitor()
        assert "E7" in visitor.press(visitor.open(link)).text
        assert terminate(process) < 15
        assert process.returncode == 0
    assert "its folder is gone" in printed.read_text()
