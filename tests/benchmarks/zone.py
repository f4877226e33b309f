"""A name server in a process of its own, for as many domains as a benchmark has mails; ends when we do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.name_server import NameServer, listening, text_record


@contextmanager
def serving(key: str, domains: int) -> Iterator[int]:
    """Serve a key and a policy for each of customer0.example, customer1.example, ...; gives the port."""
    command = [sys.executable, "-m", "tests.benchmarks.zone", key, str(domains)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def main(key: str, domains: str) -> None:
    """Serve until standard input ends."""
    records: dict[tuple[str, str], list[str]] = {}
    for number in range(int(domains)):
        domain = f"customer{number}.example"
        records[f"now._domainkey.{domain}", "TXT"] = [text_record(f"v=DKIM1; k=rsa; p={key}")]
        records[f"_dmarc.{domain}", "TXT"] = [text_record("v=DMARC1; p=reject")]
    with listening(NameServer(records, ttl=300)) as port:
        print(port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
