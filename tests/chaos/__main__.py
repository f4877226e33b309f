"""Chaos: two LMTP listeners, two workers, killed at random, and a mail host that refuses, breaks off and recovers.

`python -m tests.chaos [SECONDS [DATABASE ...]]`, for so long (90) on each of sqlite, postgresql, mariadb. In the
end every mail that was accepted is filed once, and every customer is answered; else it says what is missing, and exits
with 1. So it does where a mood of the mail host met no mail: then the storm did not show what it is to show.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.chaos.filed import Filed, filed
from tests.chaos.mail_host import MailHost, mail_host, moody
from tests.chaos.processes import Part, killed_at_random, running
from tests.chaos.senders import Senders, address, message_id
from tests.support.servers import free_port, mariadb, postgresql

# Seconds of one mood of the mail host.
MOOD = 4.0
# After the storm, what failed is tried again when its pause is over; those grow.
PATIENCE = 900.0


@contextmanager
def sqlite() -> Iterator[str]:
    """The default, in the data folder."""
    yield ""


DATABASES: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "sqlite": sqlite,
    "postgresql": postgresql,
    "mariadb": mariadb,
}


def storm(name: str, seconds: float) -> bool:
    """One run on one database; says whether nothing was lost, doubled or left unanswered."""
    with (
        DATABASES[name]() as url,
        tempfile.TemporaryDirectory(prefix="otalink-chaos-") as folder,
        mail_host() as (host, mail_port),
    ):
        environ = _environ(Path(folder), url, mail_port)
        _lift_limits(environ)
        ports = [free_port(), free_port()]
        parts = [Part(("postmaster", "lmtp", "--lmtp", f"127.0.0.1:{port}"), environ, _log(folder)) for port in ports]
        parts += [Part(("worker",), environ, _log(folder)) for _ in ports]
        senders = Senders(ports)
        with running(parts):
            with senders.writing(), moody(host, MOOD):
                with killed_at_random(parts) as killed:
                    time.sleep(seconds)
                # A machine so busy that a worker is killed before it sent anything has shown no mood yet.
                _wait(lambda: not host.unmet)
            waited = _wait_for_answers(host, senders.written)
        found = filed(environ)
        faults = [
            *_faults(found, senders.written),
            *_unanswered(found, host),
            *_quarantined(Path(folder)),
            *_unmet(host),
        ]
    kills = dict(Counter(" ".join(part.words[:2]) for part in killed))
    print(f"== {name}: {senders.written} mails accepted, {kills} killed, done {waited:.0f} s after the storm")
    _report(host, faults)
    return not faults


def _environ(data: Path, url: str, mail_port: int) -> dict[str, str]:
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("OTALINK_", "DJANGO_"))}
    ours = {
        "OTALINK_DATA": str(data),
        "OTALINK_MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "OTALINK_RESOLVER": "none",
        "DJANGO_SETTINGS_MODULE": "otalink.conf.settings",
    }
    return {**outside, **ours, **({"OTALINK_DATABASE_URL": url} if url else {})}


def _log(folder: str) -> Path:
    return Path(folder) / "log.txt"


def _lift_limits(environ: dict[str, str]) -> None:
    # So many newcomers an hour are the subject of other tests. The first command makes the database.
    done = _otalink(environ, "sysconfig", "list", "--json")
    names = [row["name"] for row in json.loads(done) if row["name"].startswith("PostMaster::NewCustomerUsers::")]
    assert names
    for name in names:
        _otalink(environ, "sysconfig", "set", name, "0")


def _otalink(environ: dict[str, str], *words: str) -> bytes:
    command = [sys.executable, "-m", "otalink", *words]
    return subprocess.run(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def _wait_for_answers(host: MailHost, customers: int) -> float:
    return _wait(lambda: len(host.taken) >= customers)


def _wait(until: Callable[[], bool]) -> float:
    """Wait, at most `PATIENCE`; the seconds it took."""
    began = time.monotonic()
    while not until() and time.monotonic() - began < PATIENCE:
        time.sleep(1)
    return time.monotonic() - began


def _faults(found: Filed, written: int) -> list[str]:
    times = Counter(found.message_ids)
    expected = {message_id(number) for number in range(written)}
    lost = [f"lost: {name}" for name in sorted(expected - set(times))]
    doubled = [f"filed {often} times: {name}" for name, often in sorted(times.items()) if often > 1]
    strange = [f"{len(found.tickets)} tickets for {written} mails"] if len(found.tickets) != written else []
    unknown = [f"not theirs: {login}" for login, _ in found.tickets - _theirs(found, written)]
    return [*lost, *doubled, *strange, *unknown]


def _theirs(found: Filed, written: int) -> set[tuple[str, str]]:
    people = {address(number) for number in range(written)}
    return {(login, number) for login, number in found.tickets if login in people}


def _unanswered(found: Filed, host: MailHost) -> list[str]:
    return [f"not answered: {login}, ticket {number}" for login, number in sorted(found.tickets - set(host.taken))]


def _unmet(host: MailHost) -> list[str]:
    return [f"no mail met: {mood.value}" for mood in host.unmet]


def _quarantined(data: Path) -> list[str]:
    return [f"quarantined: {path.name}" for path in sorted((data / "quarantine").glob("*"))]


def _report(host: MailHost, faults: list[str]) -> None:
    moods = ", ".join(f"{mood.value}: {times}" for mood, times in host.moods.items())
    again = sum(times - 1 for times in host.message_ids.values())
    print(f"   the mail host said: {moods}")
    print(f"   {len(host.taken)} customers answered; {again} mails came twice")
    print(
        "\n".join(f"   {fault}" for fault in faults[:20])
        or "   each mail filed once, each customer answered, each mood met",
        flush=True,
    )


def main(words: list[str]) -> int:
    """Run on each."""
    seconds = float(words[0]) if words else 90.0
    results = [storm(name, seconds) for name in words[1:] or DATABASES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
