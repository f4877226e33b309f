"""A customer's domain that signs its mail and lists a host, and what is thought of mail that claims to be from it."""

from __future__ import annotations

import base64

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from otalink.desk.types import Proof
from otalink.mail.incoming import parse
from otalink.postmaster.authentication import authenticate
from otalink.postmaster.intake import Delivery

KEY = rsa.generate_private_key(65_537, 2_048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
SIGNER = "now._domainkey.customer.example"
# A public address, since hosts of private networks are our own.
HOST = "5.9.5.9"


def signed(raw: bytes, domain: str = "customer.example", **options: object) -> bytes:
    """The mail with a DKIM signature; `options` are those of the library."""
    return bytes(dkim.sign(raw, b"now", domain.encode(), PEM, **options)) + raw


def proof_of(raw: bytes, delivery: Delivery | None = None) -> Proof:
    """What we think of a mail's author."""
    return authenticate.of(parse(raw), delivery or Delivery()).proof
