"""Mail from mbox files and Maildir folders: one mail in memory at a time, however many there are.

It is old mail: whoever wrote it becomes a customer user, and gets no mail about it unless that is asked for. An import
that was broken off is simply begun again: what is filed already is known by its claim.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from otalink.postmaster import intake
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.mail_size import max_bytes
from otalink.postmaster.outcome import Outcome

# The line between two mails names a sender and a time: text that merely begins with "From " is none.
_SEPARATOR = re.compile(rb"From .*\d\d:\d\d.*")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_BAR = 30


class NoArchive(OSError):
    """That is neither an mbox file nor a Maildir."""


@dataclass
class Progress:
    """How far an import is; `total` is in the same unit as `done`, whatever it is."""

    total: int
    done: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def mails(self) -> int:
        """How many mails were read."""
        return sum(self.outcomes.values())


def import_archive(path: Path, *, trusted: bool, notify: bool = False, report: Callable[[Progress], None]) -> Progress:
    """Take every mail of an mbox file or a Maildir in; stops where a mail cannot be filed now.

    With `notify` it is treated as if it came now.

    Raises:
        NoArchive: it is something else.
        OSError: it cannot be read.
    """
    if path.is_dir():
        total, mails = _maildir(path)
    else:
        total, mails = path.stat().st_size, _mbox(path)
    progress, limit = Progress(total), max_bytes()
    # Who imports an archive vouches for it: what once proved its senders is long gone.
    delivery = Delivery(
        source=f"import {path.name}", trusted=trusted, archived=not notify, vouched=not notify, any_age=notify
    )
    for done, raw in mails:
        outcome = _take(raw, limit, delivery)
        progress.outcomes[outcome.value] += 1
        if outcome is Outcome.TRY_LATER:
            break
        progress.done = done
        report(progress)
    return progress


def bar(stream: TextIO) -> Callable[[Progress], None]:
    """Shows a bar that grows, where somebody watches; elsewhere nothing."""
    if not stream.isatty():
        return lambda _progress: None
    shown = ""

    def report(progress: Progress) -> None:
        nonlocal shown
        share = progress.done / progress.total if progress.total else 1.0
        text = f"[{'#' * int(share * _BAR):<{_BAR}}] {share:4.0%}"
        if text != shown or progress.mails % 25 == 0:
            stream.write(f"\r{text} {progress.mails} mails")
            stream.write("\n" if progress.done >= progress.total else "")
            stream.flush()
        shown = text

    return report


def run(path: Path, *, trusted: bool, notify: bool) -> Progress:
    """Import with a bar on standard error.

    Raises:
        NoArchive, OSError
    """
    return import_archive(path, trusted=trusted, notify=notify, report=bar(sys.stderr))


def _take(raw: bytes, limit: int, delivery: Delivery) -> Outcome:
    if len(raw) > limit:
        reason = f"larger than {limit} bytes"
    else:
        result = intake.run(raw, delivery)
        if result.outcome is not Outcome.REJECTED:
            return result.outcome
        reason = f"rejected: {result.reason}"
    # An archive cannot say no, so the mail waits for an operator.
    return intake.keep_back(raw, delivery, reason).outcome


def _maildir(path: Path) -> tuple[int, Iterator[tuple[int, bytes]]]:
    if not (path / "cur").is_dir():
        raise NoArchive(f"{path} is no Maildir: it has no folder cur")
    # Only names are held, and a Maildir's names begin with the time of delivery.
    names = sorted((file.name, folder) for folder in ("new", "cur") for file in (path / folder).iterdir())
    mails = ((path / folder / name).read_bytes() for name, folder in names)
    return len(names), enumerate(mails, 1)


def _mbox(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each mail with the place in the file where it ends."""
    with path.open("rb") as file:
        line = file.readline()
        if line and not _SEPARATOR.match(line):
            raise NoArchive(f"{path} is no mbox file: it does not begin with a line such as From ann@x.example Mon …")
        while line:
            # A mail is everything up to the next separator, or to the end.
            content = bytearray()
            for line in file:
                if line.startswith(b"From ") and _SEPARATOR.match(line):
                    break
                content += line
            else:
                line = b""
            if content:
                yield file.tell() - len(line), _QUOTED_FROM.sub(rb"\1", content)
