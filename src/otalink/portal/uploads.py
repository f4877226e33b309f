"""Uploads: what is too large is left out while it comes in, so that the text around it survives."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

# What a mail may carry at most nearly everywhere.
MAX_BYTES = 25 * 1024 * 1024
MAX_FILES = 10
# More than this is not even read.
MAX_REQUEST = 200 * 1024 * 1024

_MARK = "otalink.upload_too_large"


def too_large(request: HttpRequest) -> bool:
    """Whether files of this request were left out for their size."""
    return bool(request.META.get(_MARK))


class LimitedUpload(FileUploadHandler):
    """Counts the bytes of all files of a request and leaves out what goes beyond `MAX_BYTES`.

    Django passes each method more than this one needs.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.left = MAX_BYTES

    def handle_raw_input(self, input_data: Any, meta: Any, content_length: int, *_: Any) -> None:  # noqa: ARG002
        """Refuse what is hopeless before reading it."""
        if content_length > MAX_REQUEST:
            raise RequestDataTooBig(f"a request of {content_length} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Pass a piece of a file on to the next handler, unless there are too many."""
        self.left -= len(raw_data)
        if self.left < 0:
            if self.request is not None:
                self.request.META[_MARK] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:  # noqa: ARG002
        """The next handlers keep the file."""
        return None
