"""Addresses that lead on, the machines' own, and pages for what goes wrong."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from otalink.customers import directory
from otalink.customers.types import BackendUnavailable
from otalink.desk.types import Ticket
from otalink.limits.client_ip import client_ip
from otalink.portal import links
from tests.portal.conftest import NewLink

pytestmark = pytest.mark.django_db


def test_the_front_door_leads_to_the_sign_in_page_or_to_the_tickets(client: Client, signed_in: Client) -> None:
    assert Client().get("/")["Location"] == "/sign-in"
    assert signed_in.get("/")["Location"] == "/tickets/"


def test_links_of_the_reference_add_on_keep_working(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    secret = new_link(ticket.number).removeprefix("/l/")
    old = f"/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={ticket.number};OTAToken={secret}"
    for address in (old, old.replace(";", "&")):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (303, f"/l/{secret}")
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("Action=CustomerTicketZoom;TicketNumber=2026112310000017", "/tickets/2026112310000017"),
        ("TicketNumber=//evil.example", "/"),
        ("OTAToken=//evil.example/x", "/l/%2F%2Fevil.example%2Fx"),
        ("OTAToken=a%0d%0aSet-Cookie:x", "/l/a%0D%0ASet-Cookie%3Ax"),
        ("", "/"),
    ],
)
def test_the_reference_add_on_s_address_leads_nowhere_else(client: Client, query: str, target: str) -> None:
    assert client.get(f"/otobo/customer.pl?{query}")["Location"] == target


def test_it_says_that_it_is_alive_and_ready(client: Client) -> None:
    for address in ("/healthz", "/readyz"):
        assert client.get(address).json() == {"status": "ok"}


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "pod-17", "[fd00::7]"])
def test_machines_may_ask_by_any_address(client: Client, host: str) -> None:
    for address in ("/healthz", "/readyz"):
        assert client.get(address, headers={"host": host}).status_code == 200
    assert client.get("/sign-in", headers={"host": host}).status_code == 400


def test_another_host_is_one_line_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/sign-in", headers={"host": "evil.example"})
    (record,) = [record for record in caplog.records if record.name == "django.security.DisallowedHost"]
    assert "'evil.example'; OTALINK_BASE_URL" in record.getMessage()
    assert record.exc_info is None


def test_it_is_alive_but_not_ready_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", unreachable)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_an_unknown_address_gets_a_page_in_the_same_look(client: Client) -> None:
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
    assert "portal/otalink.css" in response.content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_methods_nobody_needs_are_refused(client: Client, signed_in: Client, ticket: Ticket, method: str) -> None:
    for address in ("/l/x", "/tickets/", f"/tickets/{ticket.number}", "/sign-in"):
        assert getattr(signed_in, method)(address).status_code == 405


def test_a_fault_of_ours_shows_no_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("inner secret")

    monkeypatch.setattr(links, "_show", broken)
    client.raise_request_exception = False
    response = client.get("/l/x")
    assert response.status_code == 500
    page = response.content.decode()
    assert "went wrong on our side" in page
    assert "inner secret" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize("fault", [OperationalError("gone"), BackendUnavailable("gone")])
def test_a_fault_that_passes_asks_to_try_again_and_spends_no_link(
    client: Client, ticket: Ticket, new_link: NewLink, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def unreachable(_login: str) -> None:
        raise fault

    link = new_link(ticket.number)
    with monkeypatch.context() as broken:
        broken.setattr(directory, "find_valid", unreachable)
        for response in (client.get(link), client.post(link)):
            assert response.status_code == 503
            assert response["Retry-After"] == "60"
            assert "try again in a few minutes" in response.content.decode()
    assert client.post(link).status_code == 303


def test_no_link_stands_in_the_log(
    client: Client, ticket: Ticket, new_link: NewLink, caplog: pytest.LogCaptureFixture
) -> None:
    link = new_link(ticket.number)
    with caplog.at_level(logging.DEBUG):
        client.get(link)
        client.post(link)
        Client().post(link)
        Client(enforce_csrf_checks=True).post(link)
        client.get(f"/otobo/customer.pl?OTAToken={link.removeprefix('/l/')}")
    assert "Forbidden" in caplog.text
    assert link.removeprefix("/l/") not in caplog.text


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1, 198.51.100.2", "198.51.100.2"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("", "", ""),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed_about_the_client_s_address(
    remote: str, forwarded: str, address: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == address
