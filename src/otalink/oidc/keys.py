"""The keys that ID tokens are signed with: kept over restarts, published before they are used, replaced by themselves.

A client may keep the published keys for a while (OTOBO: 30 minutes) and refuses a signature by one it does not know,
without asking anew. So a key signs a day after it was published, and stays published two days after its successor
took over: longer than any cache, and than the signing out that brings an old token along.
"""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import structlog
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils import timezone
from joserfc.jwk import JWKRegistry, Key, KeySet, OKPKey, RSAKey

from otalink.oidc.models import SigningAlgorithm, SigningKey

# How long a client may keep what is published, in seconds.
CACHE_SECONDS = 1_800
PUBLISHED_BEFORE = timedelta(days=1)
PUBLISHED_AFTER = timedelta(days=2)
LIFETIME = timedelta(days=90)
_PURPOSE = b"otalink openid keys 1"

_log = structlog.get_logger("otalink.oidc")


class NoKey(LookupError):
    """There is no key for this algorithm that can be read."""


def ensure() -> None:
    """Have a key for each algorithm: at once where there is none, a day ahead where the newest is old."""
    now = timezone.now()
    for algorithm in SigningAlgorithm:
        newest = max(_readable(algorithm), key=lambda key: key.created, default=None)
        if newest is None:
            _make(algorithm, wait=timedelta(0))
        elif newest.created <= now - LIFETIME:
            _make(algorithm, wait=PUBLISHED_BEFORE)


def purge() -> int:
    """Forget the keys whose successor took over long ago; returns how many."""
    gone, now = set[str](), timezone.now()
    for algorithm in SigningAlgorithm:
        rows = list(SigningKey.objects.filter(algorithm=algorithm).order_by("use_from"))
        gone |= {old.kid for old, new in pairwise(rows) if new.use_from <= now - PUBLISHED_AFTER}
    return SigningKey.objects.filter(kid__in=gone).delete()[0]


def published() -> dict[str, Any]:
    """The public halves, as a JSON Web Key Set."""
    return {"keys": [row.public for row in SigningKey.objects.order_by("created")]}


def public_set() -> KeySet:
    """The same, to check signatures with."""
    return KeySet([JWKRegistry.import_key(row.public) for row in SigningKey.objects.all()])


def signing(algorithm: str) -> Key:
    """The key that signs now, with its `kid`.

    Raises:
        NoKey
    """
    in_use = [row for row in _readable(algorithm) if row.use_from <= timezone.now()]
    newest = max(in_use, key=lambda key: key.use_from, default=None)
    if newest is None:
        raise NoKey(f"no key for {algorithm}")
    return JWKRegistry.import_key(json.loads(_cipher().decrypt(newest.private.encode("ascii"))))


def _readable(algorithm: str) -> list[SigningKey]:
    return [row for row in SigningKey.objects.filter(algorithm=algorithm) if _can_read(row)]


def _can_read(row: SigningKey) -> bool:
    try:
        _cipher().decrypt(row.private.encode("ascii"))
    except InvalidToken:
        _log.error("a signing key cannot be read: OTALINK_SECRET_KEY is another one now", kid=row.kid)
        return False
    return True


def _make(algorithm: SigningAlgorithm, *, wait: timedelta) -> None:
    key: Key = RSAKey.generate_key(2048) if algorithm is SigningAlgorithm.RS256 else OKPKey.generate_key("Ed25519")
    kid, now = key.thumbprint(), timezone.now()
    about = {"kid": kid, "alg": algorithm.value, "use": "sig"}
    private = json.dumps({**key.as_dict(private=True), **about})
    SigningKey.objects.create(
        kid=kid,
        algorithm=algorithm,
        public={**key.as_dict(private=False), **about},
        private=_cipher().encrypt(private.encode()).decode("ascii"),
        created=now,
        use_from=now + wait,
    )


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE, "sha256")))
