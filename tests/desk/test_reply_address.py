"""Signed reply addresses: who can make one, and what mail systems do to them."""

from __future__ import annotations

import pytest

from otalink.desk import reply_address

NUMBER, ANN, BOB, KEY = "2026112310000017", "ann@customer.example", "bob@x.example", b"k" * 32


def signed(login: str = ANN, number: str = NUMBER, key: bytes = KEY, queue: str = "support@desk.example") -> str:
    return reply_address.make(queue, number, login, key)


def test_it_names_queue_and_ticket_and_holds_128_bits() -> None:
    local, _, host = signed().partition("@")
    queue, _, rest = local.partition("+")
    number, _, mac = rest.partition(".")
    assert (queue, number, host, len(mac)) == ("support", NUMBER, "desk.example", 26)
    assert (reply_address.plain(signed()), reply_address.ticket_number(signed())) == ("support@desk.example", NUMBER)


@pytest.mark.parametrize("case", [str, str.upper, str.lower, str.title])
def test_whatever_mail_systems_do_to_its_case(case: type[str]) -> None:
    address = case(signed())
    assert reply_address.is_for(address, NUMBER, ANN.upper(), KEY)
    assert reply_address.plain(address).lower() == "support@desk.example"


@pytest.mark.parametrize(
    "address",
    [
        signed(BOB),
        signed(number="2026112310000018"),
        signed(key=b"x" * 32),
        signed().replace(".", ".a", 1),
        signed()[:-14] + "@desk.example",
        f"support+{NUMBER}@desk.example",
        f"support+{NUMBER}.{'a' * 26}@desk.example",
        "support@desk.example",
        "",
    ],
)
def test_another_reader_s_another_ticket_s_and_guesses_are_not_for_them(address: str) -> None:
    assert not reply_address.is_for(address, NUMBER, ANN, KEY)


@pytest.mark.parametrize("queue", ["a-department-with-a-very-long-name@desk.example", '"odd queue"@desk.example'])
def test_a_queue_with_no_room_for_it_has_none(queue: str) -> None:
    assert signed(queue=queue) == ""


@pytest.mark.parametrize("other", ["ann+2026112310000017@x.example", "a+b@x.example", "+49 30 123456 a@x.example"])
def test_other_addresses_stay_as_they_are(other: str) -> None:
    assert (reply_address.plain(other), reply_address.blotted(other)) == (other, other)
    assert reply_address.ticket_number(other) == ""


def test_in_a_quoted_mail_nobody_reads_the_signature() -> None:
    html = f'To: {signed()} <a href="mailto:{signed().replace("+", "%2B").replace("@", "%40")}">'
    assert reply_address.blotted(html) == 'To: support@desk.example <a href="mailto:support%40desk.example">'
