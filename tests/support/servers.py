"""Real servers from Debian's packages, on free loopback ports, ended by their process id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0


class ServerMissing(Exception):
    """The machine lacks the server; `make services` installs it."""


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until something answers; fails at once when `process` has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def _wait_for_success(*command: str) -> None:
    # A server may listen before it answers.
    deadline = time.monotonic() + PATIENCE
    while subprocess.run(command, check=False).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{command!r} does not succeed")
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], sig: int = signal.SIGTERM) -> None:
    """End a process we started, and wait for it."""
    process.send_signal(sig)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _find(*names: str) -> str:
    folders = [*os.environ["PATH"].split(":"), "/usr/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    for name in names:
        if found := shutil.which(name, path=":".join(folders)):
            return found
    raise ServerMissing(f"{names[0]} is not installed")


def _as_user(user: str) -> list[str]:
    # These servers refuse to run as root. `setpriv` becomes the server, so that our signals reach it.
    names = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"]
    return names if os.geteuid() == 0 else []


@contextmanager
def _folder(owner: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="otalink-server-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """A fresh PostgreSQL; gives its `OTALINK_DATABASE_URL`."""
    initdb, server, port = _find("initdb"), _find("postgres"), free_port()
    with _folder("postgres") as folder:
        data, user = folder / "data", _as_user("postgres")
        subprocess.run(
            [*user, initdb, "-D", str(data), "-U", "otalink", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        process = subprocess.Popen(
            [*user, server, "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off"],
            stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        try:
            wait_for_port(port, process)
            _wait_for_success(_find("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port))
            yield f"postgres://otalink@127.0.0.1:{port}/postgres"
        finally:
            end(process, signal.SIGINT)


@contextmanager
def mariadb() -> Iterator[str]:
    """A fresh MariaDB; gives its `OTALINK_DATABASE_URL`."""
    install, server, client = _find("mariadb-install-db"), _find("mariadbd", "mysqld"), _find("mariadb", "mysql")
    port = free_port()
    with _folder("mysql") as folder:
        data, user, files = folder / "data", _as_user("mysql"), folder / "sock"
        subprocess.run(
            [*user, install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        process = subprocess.Popen(
            # Nothing has to outlast the machine: making our tables takes a third of the time.
            [*user, server, "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
             f"--socket={files}", f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0",
             "--innodb-flush-method=nosync", "--innodb-doublewrite=0", "--character-set-server=utf8mb4"],
            stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        try:
            wait_for_port(port, process)
            grant = (
                "CREATE USER otalink@localhost IDENTIFIED BY 'otalink'; GRANT ALL ON *.* TO otalink@localhost;"
                "CREATE DATABASE otalink CHARACTER SET utf8mb4"
            )
            subprocess.run([client, "--no-defaults", f"--socket={files}", "-uroot", "-e", grant], check=True)
            yield f"mysql://otalink:otalink@127.0.0.1:{port}/otalink"
        finally:
            end(process)
