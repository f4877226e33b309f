"""What goes wrong on the way to a mail server is told in plain words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from otalink.postmaster.models import MailAccount
from tests.postmaster.accounts.support import problem_of
from tests.postmaster.conftest import Box
from tests.support.dovecot import dovecot
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _server_that_says(words: bytes | None) -> Iterator[int]:
    """Takes connections and says just that; None: nothing, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    if words is not None:
                        client.sendall(words)
                        client.settimeout(5)
                        client.recv(100)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_each_mistake_is_told_in_plain_words(box: Box, protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def account(**values: Any) -> MailAccount:
        return box.account(protocol=protocol, name=str(values), **values)

    plain, tls = getattr(box.server, protocol), getattr(box.server, f"{protocol}s")
    assert "no computer of the name 'mail.invalid' is known" in problem_of(account(host="mail.invalid"))
    assert "refuses the connection" in problem_of(account(port=free_port()))
    assert "does not speak TLS" in problem_of(account(security="tls", port=plain))
    assert "is not to be trusted" in problem_of(account(security="tls", port=tls))
    assert "is not to be trusted" in problem_of(account(security="starttls", port=plain))
    assert "does not let nobody in: check user and password" in problem_of(account(user="nobody"))
    with _server_that_says(b"SSH-2.0-OpenSSH\r\n") as port:
        assert "does not talk as a mail server does" in problem_of(account(port=port))
    with _server_that_says(None) as port:
        assert "does not talk as a mail server does" in problem_of(account(port=port))
    monkeypatch.setattr(f"otalink.postmaster.accounts.{protocol}.TIMEOUT", 0.3)
    with _server_that_says(b"") as port:
        assert "does not answer within" in problem_of(account(port=port))


def test_a_server_without_starttls_and_one_that_wants_encryption_are_told_apart() -> None:
    with dovecot(more="ssl = no") as server:
        user = server.new_user()
        for protocol in ("imap", "pop3"):
            account = Box(server, user).account(protocol=protocol, security="starttls", name=protocol)
            assert "does not offer STARTTLS" in problem_of(account)
