"""Attachments handed to a browser: types that run nothing."""

from __future__ import annotations

# The only types a browser may show; everything else is a download of unknown content.
RASTER_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"})

# What comes with every attachment: it is not looked into, and should it be shown after all, it can do nothing.
DOWNLOAD_POLICY = {"sandbox": "", "default-src": "'none'"}


def safe_content_type(content_type: str) -> str:
    """The type to serve an attachment with."""
    return _bare(content_type) if is_raster(content_type) else "application/octet-stream"


def is_raster(content_type: str) -> bool:
    """Whether files of that type are pictures that cannot run anything."""
    return _bare(content_type) in RASTER_IMAGES


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
