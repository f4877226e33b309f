"""Attachments handed to a browser: names that lead nowhere, types that run nothing."""

from __future__ import annotations

import re
import unicodedata

# The only types a browser may show; everything else is a download of unknown content.
RASTER_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"})

# What comes with every attachment: it is not looked into, and should it be shown after all, it can do nothing.
DOWNLOAD_POLICY = {"sandbox": "", "default-src": "'none'"}

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')


def safe_filename(name: str) -> str:
    """A file name without folders, control and direction-changing characters; never empty, never hidden."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else "" for c in name)
    bare = _FORBIDDEN.sub("_", visible).strip(" .")
    stem, dot, extension = bare.rpartition(".")
    return f"{stem[:120]}{dot}{extension[:20]}" or "attachment"


def safe_content_type(content_type: str) -> str:
    """The type to serve an attachment with."""
    return _bare(content_type) if is_raster(content_type) else "application/octet-stream"


def is_raster(content_type: str) -> bool:
    """Whether files of that type are pictures that cannot run anything."""
    return _bare(content_type) in RASTER_IMAGES


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
