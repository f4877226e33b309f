"""One-time links, and signed reply addresses, in what people send us: whoever quotes our mail quotes them.

Other participants and the agents read that text, and the database keeps it. None of them may find a link there that
still signs somebody else in, or an address that makes what they write somebody else's.
"""

from __future__ import annotations

import re

from otalink.desk import reply_address
from otalink.tokens.issue import SECRET, digest_of
from otalink.tokens.models import Token

# Also inside the addresses that mail scanners wrap around ours, and as the reference add-on writes them.
_LINK = re.compile(rf"(?:/l/|%2Fl%2F|OTAToken(?:=|%3D))({SECRET})", re.IGNORECASE)
# No thread quotes more of ours; a mail made of links must not become a statement without end.
_MOST_LINKS = 500
_INSTEAD = "***"


def without_secrets(text: str) -> str:
    """`text` with the secret of every link and reply address of ours blotted out; links of others stay as they are."""
    text = reply_address.blotted(text)
    found = list(dict.fromkeys(match[1] for match in _LINK.finditer(text)))[:_MOST_LINKS]
    if not found:
        return text
    secrets = {digest_of(secret): secret for secret in found}
    for digest in Token.objects.filter(digest__in=list(secrets)).values_list("digest", flat=True):
        text = text.replace(secrets[digest], _INSTEAD)
    return text
