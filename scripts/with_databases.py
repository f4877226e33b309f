"""Runs the tests of everything that talks SQL against real PostgreSQL and MariaDB servers of its own.

A server that is not installed is skipped with a visible reason; where CI=true, that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.servers import ServerMissing, mariadb, postgresql  # noqa: E402

FOLDERS = [
    *("common", "limits", "customers", "minidesk", "desk_pages", "agents", "tokens", "notifications"),
    *("maintenance", "postmaster", "portal", "oidc", "sysconfig"),
    # Of what stands beside an OTOBO, the parts with much SQL on our own database.
    *("otobo/watcher", "otobo/pop3", "otobo/relay"),
]


def run_on(name: str, server: Callable[[], AbstractContextManager[str]], arguments: list[str]) -> bool:
    """Run the tests on one kind of database; says whether all is well."""
    try:
        with server() as url:
            print(f"== {name}", flush=True)
            tests = arguments or [f"tests/{name}" for name in FOLDERS]
            pytest = [sys.executable, "-m", "pytest", "-q", "-n", "auto"]
            command = [*pytest, "-m", "not processes and not browser", *tests]
            return (
                subprocess.run(command, cwd=ROOT, env={**os.environ, "OTALINK_TEST_DATABASE_URL": url}).returncode == 0
            )
    except ServerMissing as missing:
        print(f"== {name} skipped: {missing}", flush=True)
        return os.environ.get("CI") != "true"


def main() -> int:
    """Run on both."""
    servers = [("PostgreSQL", postgresql), ("MariaDB", mariadb)]
    results = [run_on(name, server, sys.argv[1:]) for name, server in servers]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
