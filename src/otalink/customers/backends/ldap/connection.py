"""One connection to a directory: opened, encrypted, bound."""

from __future__ import annotations

import select
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPExceptionError

from otalink.customers.backends.ldap.config import LdapConfig


class _Tls(ldap3.Tls):
    """Python's own checks of certificate and host name; ldap3's know no IP addresses."""

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = context.wrap_socket(
            connection.socket, server_hostname=connection.server.host, do_handshake_on_connect=do_handshake
        )


def connect(config: LdapConfig, dn: str, password: str) -> ldap3.Connection:
    """A connection to the first of the servers that answers; whether it let `dn` in stands in its `result`.

    Raises:
        LDAPExceptionError, OSError: none answers.
    """
    for url in config.urls[:-1]:
        with suppress(LDAPExceptionError, OSError):
            return _connect_to(config, url, dn, password)
    return _connect_to(config, config.urls[-1], dn, password)


def has_news(connection: ldap3.Connection) -> bool:
    """Whether there is something to read; nobody waits for an answer, so it is the server's farewell."""
    poll = select.poll()
    poll.register(connection.socket, select.POLLIN)
    return bool(poll.poll(0))


def close(connection: ldap3.Connection) -> None:
    """Close it without a word: a farewell of ours would wait for a server that may not read."""
    with suppress(LDAPExceptionError, OSError):
        connection.strategy.close()
        if connection.socket is not None:  # opened, but not far enough for ldap3 to know
            connection.socket.close()


def told(connection: ldap3.Connection) -> str:
    """What the server said to the last request."""
    result = connection.result or {}
    return " ".join(f"{result.get('description', '')} {result.get('message', '')}".split())


def _connect_to(config: LdapConfig, url: str, dn: str, password: str) -> ldap3.Connection:
    connection = _connection_to(config, url, dn, password)
    try:
        connection.open()
        if config.starttls:
            connection.start_tls()
        connection.bind()
    except BaseException:
        close(connection)
        raise
    return connection


def _connection_to(config: LdapConfig, url: str, dn: str, password: str) -> ldap3.Connection:
    parts = urlsplit(url)
    server = ldap3.Server(
        parts.hostname or "",
        parts.port or (636 if parts.scheme == "ldaps" else 389),
        use_ssl=parts.scheme == "ldaps",
        get_info=ldap3.NONE,
        connect_timeout=config.connect_timeout,
        tls=_Tls(ca_certs_file=config.ca_file or None, validate=ssl.CERT_REQUIRED),
    )
    return ldap3.Connection(
        server,
        dn or None,
        password.encode() or None,  # type: ignore[arg-type]  # as bytes it goes out as it is
        authentication=ldap3.SIMPLE if dn else ldap3.ANONYMOUS,
        auto_referrals=False,  # whoever a server names would get our password
        check_names=False,
        receive_timeout=config.receive_timeout,
    )
