"""Compressed RTF (MS-OXRTFCP), the form in which Outlook keeps formatted text."""

from __future__ import annotations

import struct

_PLAIN, _COMPRESSED = b"MELA", b"LZFu"
# The dictionary that every text starts with.
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4_096
# Bytes. What takes longer to unpack is not worth the wait; the mail is kept as it came.
_MAX_PACKED = 500_000


def decompress(packed: bytes) -> bytes:
    """The RTF; empty where the bytes are broken or too many."""
    if len(packed) < 16 or len(packed) > _MAX_PACKED:
        return b""
    _, raw_size, kind, _ = struct.unpack_from("<II4sI", packed)
    if kind == _PLAIN:
        return packed[16 : 16 + raw_size]
    return _inflate(packed[16:], min(raw_size, 20 * len(packed))) if kind == _COMPRESSED else b""


def _inflate(packed: bytes, size: int) -> bytes:
    # Everything stands behind the dictionary, so that a place in the ring of 4,096 bytes is a distance back.
    out = bytearray(_START)
    position, end = 0, len(_START) + size
    while position < len(packed) and len(out) < end:
        flags = packed[position]
        position += 1
        for bit in range(8):
            step = 2 if flags >> bit & 1 else 1
            token = packed[position : position + step]
            if len(token) < step or (step == 2 and not _copy(out, token)):
                return bytes(out[len(_START) : end])
            if step == 1:
                out += token
            position += step
    return bytes(out[len(_START) : end])


def _copy(out: bytearray, token: bytes) -> bool:
    """Repeat what was said before; False at the end of the text."""
    place, length = token[0] << 4 | token[1] >> 4, (token[1] & 15) + 2
    back = (len(out) - place) % _WINDOW
    if back == 0 or back > len(out):
        return False
    start = len(out) - back
    if back >= length:
        out += out[start : start + length]
    else:  # it repeats what it is just writing
        out += (bytes(out[start:]) * length)[:length]
    return True
