"""Whether a mail is signed or encrypted. Nothing is verified here: the mark tells agents to look at the original."""

from __future__ import annotations

from otalink.mail.mime import Part
from otalink.mail.part_names import param

_SMIME, _PGP = "S/MIME", "OpenPGP"
_PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_INLINE = {"-----BEGIN PGP SIGNED MESSAGE-----": f"{_PGP} signed", "-----BEGIN PGP MESSAGE-----": f"{_PGP} encrypted"}
# Of a list of kinds of PKCS #7 that hide nothing and prove nothing.
_NEITHER = frozenset({"compressed-data", "certs-only"})


def mark(message: Part, text: str) -> str:
    """`S/MIME signed`, `S/MIME encrypted`, `OpenPGP signed`, `OpenPGP encrypted`, or an empty text.

    `text` is what the mail says, for signatures that stand in it. The outermost mark counts.
    """
    waiting = [message]
    while waiting:
        part = waiting.pop()
        found = _mark_of(part)
        if found:
            return found
        waiting.extend(reversed(part.children))
    start = text.lstrip()[:40]
    return next((said for line, said in _INLINE.items() if start.startswith(line)), "")


def _mark_of(part: Part) -> str:
    kind = part.real_type
    if kind in {"multipart/signed", "multipart/encrypted"}:
        protocol = param(part, "protocol", "content-type").lower()
        by = _SMIME if "pkcs7" in protocol else _PGP if "pgp" in protocol else ""
        return f"{by} {kind.removeprefix('multipart/')}".strip()
    if kind not in _PKCS7:
        return ""
    content = param(part, "smime-type", "content-type").lower()
    if content in _NEITHER:
        return ""
    return f"{_SMIME} signed" if "signed" in content else f"{_SMIME} encrypted"
