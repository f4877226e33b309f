"""Names for attachments that are safe on every disk and in every download."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

_MAX_LENGTH = 150
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')
# What mailers call these is unknown to the registry.
_EXTENSIONS = {"message/rfc822": ".eml", "message/global": ".eml", "image/jpg": ".jpg", "image/pjpeg": ".jpg"}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe(name: str, content_type: str, number: int) -> str:
    """A file name from what the mail says: no folder, no control or direction marks, not too long, never empty.

    `number` tells unnamed attachments of one mail apart.
    """
    name = re.split(r"[\\/]", name)[-1]
    # Direction marks make "cod.exe" look like "exe.doc".
    visible = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    bare = _FORBIDDEN.sub("_", visible).strip(" .")
    if not bare:
        return f"attachment-{number}{_extension(content_type)}"
    return _shorten(f"_{bare}" if _RESERVED.fullmatch(bare) else bare)


def with_extension(name: str, extension: str) -> str:
    """A name made of free text, such as a subject, that ends in `extension` however long the text is."""
    return re.sub(r"[\\/]", "_", name).strip(" .")[: _MAX_LENGTH - len(extension)].rstrip(" .") + extension


def _extension(content_type: str) -> str:
    return _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"


def _shorten(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if len(name) <= _MAX_LENGTH or not dot or len(extension) > 20:
        return name[:_MAX_LENGTH]
    return f"{stem[: _MAX_LENGTH - len(extension) - 1]}.{extension}"
