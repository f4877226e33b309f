"""The product that the demo starts keeps to itself."""

from __future__ import annotations

import pytest

from otalink.cli.demo.product import product
from tests.support.name_server import NameServer, listening


@pytest.mark.processes
def test_the_demo_asks_no_name_server_whatever_is_configured_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = NameServer({})
    with listening(outside) as port:
        monkeypatch.setenv("OTALINK_RESOLVER", f"127.0.0.1:{port}")
        with product() as started:
            (note,) = started.command("check")["notes"]
    assert note.endswith("not in effect: OTALINK_RESOLVER is none")
    assert (outside.asked, outside.looks) == ([], 0)
