"""The code beside a link: eight digits to type, where pressing the button will not do or somebody else pressed it.

Whoever types one has its link open, whose 256 random bits nobody guesses; of the 100 million codes five may be tried.
"""

from __future__ import annotations

import secrets
import unicodedata

from django.utils.crypto import salted_hmac

DIGITS = 8
MOST_TRIES = 5
_HALF = DIGITS // 2
_BETWEEN = {"Pd", "Zs", "Cf", "Cc"}


def new() -> str:
    """A random code, digits only."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def shown(code: str) -> str:
    """As people read it: `NNNN-NNNN`."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def typed(text: str) -> str:
    """The digits of what somebody typed, however they parted them; empty where it is no code."""
    # Full-width digits, and every kind of dash or space that a mail program puts between the halves.
    characters = [c for c in unicodedata.normalize("NFKC", text[:100]) if unicodedata.category(c) not in _BETWEEN]
    code = "".join(characters)
    return code if len(code) == DIGITS and code.isascii() and code.isdigit() else ""


def hash_of(code: str, digest: str) -> str:
    """What is stored of a code: keyed, since there are few codes, and bound to its link by the digest of that."""
    return salted_hmac("otalink.tokens.codes", f"{digest} {code}", algorithm="sha256").hexdigest()
