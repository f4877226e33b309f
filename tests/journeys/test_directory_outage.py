"""Mail that comes while the directory of customer users is down waits where it is, and is filed afterwards."""

from __future__ import annotations

import signal
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.product import Product, product, wait_for
from tests.support.slapd import PASSWORD, PEOPLE, READER, Slapd, slapd

pytestmark = pytest.mark.processes

BACKENDS = """
[CustomerUser]
kind = "database"

[CustomerUser1]
kind = "ldap"
url = "{server.tls_url}"
ca_file = "{server.ca_file}"
bind_dn = "{reader}"
bind_password = "{password}"
base_dn = "{people}"
connect_timeout = 1
receive_timeout = 1
attributes = {{ customer_id = "o" }}
"""


@pytest.fixture
def server() -> Iterator[Slapd]:
    with slapd() as running:
        running.add_person("ann", givenName="Ann", sn="Lee", o="ACME")
        yield running


@pytest.fixture
def running(tmp_path: Path, server: Slapd) -> Iterator[Product]:
    with product(tmp_path / "data") as made:
        text = BACKENDS.format(server=server, reader=READER, password=PASSWORD, people=PEOPLE)
        (made.data / "customer-backends.toml").write_text(text)
        made.start()
        yield made


def mail(number: int, sender: str = "ann@customer.example") -> bytes:
    return (
        f"From: {sender}\r\nTo: support@localhost\r\nSubject: Printer {number}\r\n"
        f"Message-ID: <{number}@customer.example>\r\n\r\nIt is on fire.\r\n"
    ).encode()


def assert_comes_too_early(product: Product, raw: bytes) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        product.deliver(raw, "ann@customer.example")
    assert refused.value.smtp_code == 451


def deliver_until_taken(product: Product, raw: bytes) -> None:
    """As a mail server does."""

    def taken() -> bool | None:
        try:
            product.deliver(raw, "ann@customer.example")
        except smtplib.SMTPDataError as refused:
            if refused.smtp_code != 451:
                raise
            return None
        return True

    wait_for("the mail to be taken", taken)


def test_no_mail_is_filed_under_a_stranger_while_the_directory_is_down(running: Product, server: Slapd) -> None:
    running.deliver(mail(0), "ann@customer.example")

    with server.frozen():
        assert_comes_too_early(running, mail(1))
        assert_comes_too_early(running, mail(2, "nobody@customer.example"))
    server.stop(signal.SIGKILL)
    assert_comes_too_early(running, mail(1))
    assert len(running.command("ticket", "list")) == 1

    server.start()
    deliver_until_taken(running, mail(1))
    deliver_until_taken(running, mail(1))
    tickets = running.command("ticket", "list")
    assert sorted((ticket["title"], ticket["customer_user"]) for ticket in tickets) == [
        ("Printer 0", "ann"),
        ("Printer 1", "ann"),
    ]
    (customer,) = running.command("customer", "list")
    assert (customer["login"], customer["customer_id"], customer["backend"]) == ("ann", "ACME", "CustomerUser1")


def test_who_is_new_goes_to_the_database_and_who_is_known_is_found(running: Product, server: Slapd) -> None:
    running.deliver(mail(1), "ann@customer.example")
    running.deliver(mail(2, "Bob Ray <bob@other.example>"), "bob@other.example")
    customers = {customer["login"]: customer["backend"] for customer in running.command("customer", "list")}
    assert customers == {"ann": "CustomerUser1", "bob@other.example": "CustomerUser"}
