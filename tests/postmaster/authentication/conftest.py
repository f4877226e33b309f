"""The zone of a customer's domain, on a name server that really answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otalink.sysconfig import store
from otalink.sysconfig.declarations import OWN_CHECKS
from tests.postmaster.authentication.customer_domain import HOST, PUBLIC, SIGNER
from tests.support.name_server import NameServer, serving, text_record


@pytest.fixture
def names() -> Iterator[NameServer]:
    """The zone of a customer who signs, lists a host, and wants forgeries rejected."""
    records = {
        (SIGNER, "TXT"): [text_record(f"v=DKIM1; k=rsa; p={PUBLIC}")],
        ("customer.example", "TXT"): [
            text_record("some other text"),
            text_record("v=spf1 include:_spf.customer.example -all"),
        ],
        ("_spf.customer.example", "TXT"): [text_record(f"v=spf1 ip4:{HOST} a:out.customer.example mx -all")],
        ("out.customer.example", "A"): ["5.9.5.10"],
        ("_dmarc.customer.example", "TXT"): [text_record("v=DMARC1; p=reject; rua=mailto:x@customer.example")],
        ("now._domainkey.evil.example", "TXT"): [text_record(f"v=DKIM1; k=rsa; p={PUBLIC}")],
        ("evil.example", "TXT"): [text_record("v=spf1 +all")],
        ("now._domainkey.attacker.ac.pk", "TXT"): [text_record(f"v=DKIM1; k=rsa; p={PUBLIC}")],
    }
    store.set_value(OWN_CHECKS.name, True)
    with serving(records) as server:
        yield server
