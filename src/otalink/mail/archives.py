"""One archive of many files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence

from otalink.desk.types import Attachment


def of(files: Sequence[Attachment]) -> Attachment:
    """A ZIP file of them all, called by how many they are; those of one name get a number."""
    packed = io.BytesIO()
    # Not compressed: pictures and documents mostly are, and no mail may take long.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, file in zip(_names(files), files, strict=True):
            archive.writestr(zipfile.ZipInfo(name), file.content)
    return Attachment(f"{len(files)}-more-files.zip", "application/zip", packed.getvalue())


def _names(files: Sequence[Attachment]) -> Iterator[str]:
    """A name of its own for each."""
    taken: set[str] = set()
    for number, file in enumerate(files, start=1):
        name = file.filename if file.filename.lower() not in taken else f"{number}-{file.filename}"
        while name.lower() in taken:
            name = f"{number}-{name}"
        taken.add(name.lower())
        yield name
