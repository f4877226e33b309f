"""What the LDAP backend answers when its directory is down, slow, restarted or not the one it should be."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import ldap3
import pytest
import trustme

from otalink.customers.backends.ldap import connection, entries
from otalink.customers.backends.ldap.backend import LdapBackend
from otalink.customers.backends.ldap.config import LdapConfig
from otalink.customers.types import BackendUnavailable
from tests.support.servers import free_port
from tests.support.slapd import PASSWORD, PEOPLE, READER, Slapd, slapd

ATTRIBUTES = {"login": "uid", "email": "mail", "customer_id": "mail", "first_name": "givenName", "last_name": "sn"}
ATTRIBUTES |= {"language": "", "time_zone": ""}
# One second of waiting, and what a busy machine adds.
SOON = 4.0


@pytest.fixture(scope="module")
def running() -> Iterator[Slapd]:
    with slapd() as started:
        started.add_person("ann")
        yield started


@pytest.fixture
def server(running: Slapd) -> Slapd:
    if running.process is None:
        running.start()
    return running


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "REST_SECONDS", 0.0)


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[ldap3.Connection]:
    """Every connection that is opened."""
    opened: list[ldap3.Connection] = []

    def connect(config: LdapConfig, dn: str, password: str) -> ldap3.Connection:
        opened.append(connection.connect(config, dn, password))
        return opened[-1]

    monkeypatch.setattr(entries, "connect", connect)
    return opened


@pytest.fixture
def make(server: Slapd) -> Iterator[Any]:
    made: list[LdapBackend] = []

    def backend(**values: Any) -> LdapBackend:
        config = LdapConfig((server.url,), PEOPLE, ATTRIBUTES, bind_dn=READER, bind_password=PASSWORD)
        made.append(
            LdapBackend("CustomerUser1", replace(config, **{"connect_timeout": 1, "receive_timeout": 1, **values}))
        )
        return made[-1]

    yield backend
    for backend_made in made:
        backend_made.close()


def test_a_server_that_is_down_makes_nobody_unknown(make: Any, server: Slapd) -> None:
    backend = make(passwords=True)
    server.stop(signal.SIGKILL)
    for call in (
        lambda: backend.find_by_email("ann@customer.example"),
        lambda: backend.find_by_email("nobody@customer.example"),
        lambda: backend.find_by_login("nobody"),
        lambda: backend.check_password("ann", "secret"),
        backend.list,
    ):
        with pytest.raises(BackendUnavailable):
            call()


def test_it_answers_again_when_the_server_is_back(make: Any, server: Slapd) -> None:
    backend = make()
    assert backend.find_by_login("ann")
    server.stop(signal.SIGKILL)
    with pytest.raises(BackendUnavailable):
        backend.find_by_login("ann")
    server.start()
    assert backend.find_by_login("ann")


def test_a_restart_between_two_calls_is_not_noticed(
    make: Any, server: Slapd, connected: list[ldap3.Connection]
) -> None:
    backend = make()
    for sig in (signal.SIGTERM, signal.SIGKILL):
        assert backend.find_by_login("ann")
        server.stop(sig)
        server.start()
    assert backend.find_by_login("ann")
    assert len(connected) == 3


def test_a_server_killed_within_a_call_is_unavailable(make: Any, server: Slapd) -> None:
    backend = make(receive_timeout=30)
    assert backend.find_by_login("ann")
    assert server.process
    killer = threading.Timer(0.3, server.process.kill)
    with server.frozen():
        killer.start()
        began = time.monotonic()
        with pytest.raises(BackendUnavailable):
            backend.find_by_login("ann")
        killer.join()
    assert 0.2 < time.monotonic() - began < SOON
    server.stop(signal.SIGKILL)


@pytest.mark.parametrize("way", ["plain", "starttls", "tls"])
@pytest.mark.parametrize("is_connected", [True, False])
def test_a_server_that_hangs_is_given_up_in_time(make: Any, server: Slapd, way: str, is_connected: bool) -> None:
    urls = (server.tls_url,) if way == "tls" else (server.url,)
    backend = make(urls=urls, starttls=way == "starttls", ca_file=str(server.ca_file))
    if is_connected:
        assert backend.find_by_login("ann")
    with server.frozen():
        began = time.monotonic()
        with pytest.raises(BackendUnavailable):
            backend.find_by_login("ann")
        assert time.monotonic() - began < SOON
    assert backend.find_by_login("ann")


def test_a_server_that_takes_no_connection_is_given_up_in_time(make: Any) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(address)
        began = time.monotonic()
        with pytest.raises(BackendUnavailable):
            make(urls=(f"ldap://127.0.0.1:{address[1]}",)).find_by_login("ann")
        assert time.monotonic() - began < SOON
        for client in waiting:
            client.close()


def test_nobody_waits_again_right_after_a_failure(make: Any, server: Slapd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "REST_SECONDS", 1.5)
    backend = make()
    with server.frozen():
        with pytest.raises(BackendUnavailable):
            backend.find_by_login("ann")
        began = time.monotonic()
        with pytest.raises(BackendUnavailable, match="a moment ago"):
            backend.find_by_login("ann")
        assert time.monotonic() - began < 0.5
    time.sleep(1.6)
    assert backend.find_by_login("ann")


def test_the_next_server_answers_where_the_first_does_not(make: Any, server: Slapd) -> None:
    dead = f"ldap://127.0.0.1:{free_port()}"
    assert make(urls=(dead, server.url)).find_by_login("ann")
    with pytest.raises(BackendUnavailable):
        make(urls=(dead, dead)).find_by_login("ann")


def test_a_password_of_ours_that_is_refused_makes_nobody_unknown(make: Any, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(BackendUnavailable, match="invalidCredentials") as caught:
        make(bind_password="Hunter-2-wrong").find_by_login("nobody")
    assert "Hunter-2" not in f"{caught.value} {caplog.text} {make(bind_password='Hunter-2')._config}"


def test_a_base_that_is_not_there_makes_nobody_unknown(make: Any) -> None:
    with pytest.raises(BackendUnavailable, match="ou=none"):
        make(base_dn="ou=none,dc=example,dc=org").find_by_login("ann")


def test_a_server_with_the_certificate_of_another_authority_is_not_believed(
    make: Any, server: Slapd, tmp_path: Any
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    for values in ({"urls": (server.tls_url,)}, {"starttls": True}):
        for ca_file in (str(tmp_path / "other.pem"), ""):
            with pytest.raises(BackendUnavailable, match="certificate"):
                make(ca_file=ca_file, **values).find_by_login("ann")


def test_a_server_with_the_certificate_of_another_host_is_not_believed(make: Any, server: Slapd) -> None:
    with pytest.raises(BackendUnavailable, match="certificate"):
        make(urls=(f"ldaps://127.0.0.2:{server.tls_port}",), ca_file=str(server.ca_file)).find_by_login("ann")


def test_calls_one_after_another_share_a_connection(make: Any, connected: list[ldap3.Connection]) -> None:
    backend = make()
    for _ in range(20):
        assert backend.find_by_login("ann")
    assert len(connected) == 1


def test_threads_share_a_few_connections_and_get_their_own_answers(
    make: Any, server: Slapd, connected: list[ldap3.Connection]
) -> None:
    for number in range(8):
        server.add_person(f"u{number}")
    backend = make()

    def ask(turn: int) -> bool:
        login = f"u{turn % 8}"
        found = backend.find_by_login(login)
        return found is not None and found.login == login

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
    assert len(connected) <= 8


def test_a_connection_that_rested_long_is_not_trusted(
    make: Any, connected: list[ldap3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "IDLE_SECONDS", 0.0)
    backend = make()
    assert backend.find_by_login("ann")
    assert backend.find_by_login("ann")
    assert len(connected) == 2
    assert connected[0].closed
