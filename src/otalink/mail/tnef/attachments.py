"""Files out of a winmail.dat, named and typed like any other attachment."""

from __future__ import annotations

import mimetypes

from otalink.common import file_names
from otalink.desk.types import Attachment
from otalink.mail import part_names
from otalink.mail.mime import Part
from otalink.mail.tnef.container import NotTnef, Unpacked, unpack

_KINDS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def unpacked(part: Part) -> Unpacked | None:
    """What a winmail.dat holds; None where the part is something else, is broken or is empty."""
    if part.real_type not in _KINDS and part_names.said(part).lower() != "winmail.dat":
        return None
    try:
        found = unpack(part.content())
    except NotTnef:
        return None
    return found if found.files or found.text or found.html or found.rtf else None


def attachments_of(inside: Unpacked, before: int) -> list[Attachment]:
    """The packed files; `before` is how many attachments the mail has so far."""
    files = [
        Attachment(
            filename=file_names.safe(file.name, file_names.unnamed(kind, number)),
            content_type=kind,
            content=file.content,
            content_id=file.content_id.strip("<> "),
        )
        for number, file in enumerate(inside.files, start=before + 1)
        for kind in [_kind(file.name, file.content_type)]
    ]
    # Formatted text that we cannot show is still worth having.
    needs_rtf = inside.rtf and not (inside.text or inside.html)
    return [*files, Attachment("message.rtf", "text/rtf", inside.rtf)] if needs_rtf else files


def _kind(name: str, said: str) -> str:
    return part_names.content_type(said.lower() or mimetypes.guess_type(name)[0] or "")
