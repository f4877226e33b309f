"""Names for files that strangers send: safe on every disk, in every download and on every page."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

# Characters of a name and of its extension; and bytes, of which most disks take 255.
_MAX_LENGTH, _MAX_EXTENSION = 150, 20
_MAX_BYTES = 250
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
# What mailers call these is unknown to the registry.
_EXTENSIONS = {"message/rfc822": ".eml", "message/global": ".eml", "image/jpg": ".jpg", "image/pjpeg": ".jpg"}
# Devices of Windows, whatever stands after the dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL)


def safe(name: str, otherwise: str = "attachment") -> str:
    """A file name from what somebody says: no folder, nothing invisible, not hidden, not too long.

    Where nothing is left of it, `otherwise`. Cleaning a clean name changes nothing.
    """
    # Direction marks make "cod.exe" look like "exe.doc".
    visible = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029")
    bare = _FORBIDDEN.sub("_", re.split(r"[\\/]", visible)[-1]).strip(" .")
    short = _shorten(bare)
    return (_shorten(f"_{short}") if _RESERVED.fullmatch(short) else short) or otherwise


def unnamed(content_type: str, number: int) -> str:
    """A name for a file that has none; `number` tells such files of one mail apart."""
    extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
    return f"attachment-{number}{extension}"


def with_extension(name: str, extension: str) -> str:
    """A name made of free text, such as a subject, that ends in `extension` however long the text is."""
    return _cut(re.sub(r"[\\/]", "_", name).strip(" ."), extension)


def _shorten(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    # Without one, or with one so long that it is none, the whole is the stem.
    return _cut(stem, f".{extension}") if dot and len(extension) <= _MAX_EXTENSION else _cut(name, "")


def _cut(stem: str, extension: str) -> str:
    if len(stem + extension) <= _MAX_LENGTH and len((stem + extension).encode()) <= _MAX_BYTES:
        return stem + extension
    few = stem[: _MAX_LENGTH - len(extension)].encode()[: _MAX_BYTES - len(extension.encode())]
    return few.decode("utf-8", "ignore").rstrip(" .") + extension
