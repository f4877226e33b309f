"""Mail that brings other help desks to their knees, through the whole intake: processor time and memory."""

from __future__ import annotations

import base64
import logging
import os
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.figure import Figure, at_most, print_figures
from tests.benchmarks.setup import start_django

LINKS = 2_000
ATTACHMENTS, MEGABYTES = 20, 6
_HEAD = (
    "From: Person <person{n}@customer.example>\r\nTo: support@localhost\r\nMessage-ID: <{n}@hard>\r\nSubject: Hard\r\n"
)


def html_mail(number: int) -> bytes:
    """A newsletter's worth of links, in tables as newsletters have them."""
    rows = "".join(
        f'<tr><td><a href="https://x.example/?n={n}&amp;m={number}"><b>Offer {n}</b></a></td>'
        f"<td>{n},99&nbsp;&euro;</td></tr>\r\n"
        for n in range(LINKS)
    )
    head = _HEAD.format(n=number) + "Content-Type: text/html; charset=utf-8\r\n\r\n"
    return f"{head}<html><body><table>{rows}</table></body></html>".encode()


def large_mail(number: int) -> bytes:
    """A mail of 6 MB whose attachments are all different."""
    head = _HEAD.format(n=number) + "Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\n\r\nSee the files.\r\n"
    size = MEGABYTES * 1_000_000 // ATTACHMENTS * 57 // 78  # 57 bytes become a line of 76 characters and a line break
    files = [
        f"--cut\r\nContent-Type: application/pdf; name=file{n}.pdf\r\n".encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(os.urandom(size)).replace(b"\n", b"\r\n")
        for n in range(ATTACHMENTS)
    ]
    return head.encode() + b"".join(files) + b"--cut--\r\n"


def resident(field: str) -> int:
    """`VmRSS`, the resident memory of this process, or `VmHWM`, the most it ever had; in bytes."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1_024 for line in status.splitlines() if line.startswith(f"{field}:"))


def measure(path: str) -> tuple[float, float]:
    """Seconds of processor time, and memory in mails of that size, to file a mail in a process of its own."""
    start_django()
    logging.disable(logging.CRITICAL)
    from otalink.postmaster.intake import Outcome, run

    # What is imported and cached on the way counts once for the process, and for no mail.
    run(html_mail(0)[:5_000])
    before = resident("VmRSS")
    raw = Path(path).read_bytes()
    start = time.process_time()
    assert run(raw).outcome is Outcome.NEW_TICKET
    return time.process_time() - start, (resident("VmHWM") - before) / len(raw)


def figures_of(name: str, mails: list[bytes]) -> list[Figure]:
    """Time and memory of the quickest of them; what else the machine does is no fault of the mail."""
    with tempfile.TemporaryDirectory() as folder, get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        paths = [Path(folder) / str(number) for number in range(len(mails))]
        for path, raw in zip(paths, mails, strict=True):
            path.write_bytes(raw)
        measured = pool.map(measure, map(str, paths), chunksize=1)
    size = len(mails[0]) / 1_000_000
    return [
        at_most(f"{name} ({size:.1f} MB), processor time", min(seconds for seconds, _ in measured), "s", 1),
        at_most("... memory, in mails of its size", min(memory for _, memory in measured), "x", 6),
    ]


def main() -> None:
    """Measure."""
    print_figures(
        [
            *figures_of(f"HTML mail with {LINKS:,} links", [html_mail(n) for n in range(1, 4)]),
            *figures_of(f"Mail with {ATTACHMENTS} attachments", [large_mail(n) for n in range(4, 7)]),
        ]
    )


if __name__ == "__main__":
    main()
