"""A real Dovecot (IMAP and POP3) on free loopback ports, plain and TLS, and a proxy that cuts connections."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from tests.support import needs
from tests.support.servers import ServerMissing, _find, end, free_port, wait_for_port

PASSWORD = "Mailbox-Pass-1"
# All are there from the start: Dovecot notices users that are added only after a second or two.
USERS = 400

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_dh =
auth_mechanisms = {mechanisms}
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
mail_plugins = quota
mail_fsync = never
namespace inbox {{
  inbox = yes
  separator = /
}}
plugin {{
  quota = maildir:User quota
  quota_rule = *:storage=200M
  quota_rule2 = Trash:ignore
}}
protocol imap {{
  mail_plugins = quota imap_quota
  mail_max_userip_connections = 100
}}
protocol pop3 {{
  mail_max_userip_connections = 100
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
{more}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A server whose users all have the same password; each test takes one of its own."""

    folder: Path
    imap: int = field(default_factory=free_port)
    imaps: int = field(default_factory=free_port)
    pop3: int = field(default_factory=free_port)
    pop3s: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _taken: Iterator[int] = field(default_factory=lambda: iter(range(1, USERS)))

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def start(self) -> None:
        """Start it; it listens when this returns."""
        command = [_find("dovecot"), "-F", "-c", str(self.folder / "dovecot.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The ports for TLS come with these, unless TLS is off.
        for port in (self.imap, self.pop3):
            wait_for_port(port, self.process)

    def stop(self) -> None:
        """End it and everything it started."""
        if self.process:
            end(self.process, signal.SIGTERM)
            self.process = None

    def new_user(self, *, small: bool = False) -> str:
        """A user with an empty mailbox; a small one takes 30 kB."""
        return f"{'small' if small else 'user'}{next(self._taken)}"

    def put(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Lay mails into a mailbox, as a delivery agent does."""
        with self.client(user) as client:
            for mail in mails:
                status, answer = client.append(folder, "", "", mail)
                assert status == "OK", answer

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a folder."""
        with self.client(user) as client:
            if client.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            answer = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
            return [item[1] for item in answer if isinstance(item, tuple)]

    def flags(self, user: str) -> str:
        """The flags of all mails of the inbox."""
        with self.client(user) as client:
            client.select("INBOX", readonly=True)
            return str(client.uid("FETCH", "1:*", "(FLAGS)")[1])

    @contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A mail program that is signed in."""
        client = imaplib.IMAP4("127.0.0.1", self.imap, timeout=20)
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()


@contextmanager
def dovecot(*, mechanisms: str = "plain login", more: str = "") -> Iterator[Dovecot]:
    """A running server without users; `more` is further configuration.

    Skips the test where Dovecot is not installed; in CI, fails.
    """
    try:
        _find("dovecot")
    except ServerMissing:
        needs.missing("dovecot-imapd dovecot-pop3d")
    if not Path("/usr/lib/dovecot/pop3-login").exists():
        needs.missing("dovecot-pop3d")
    with tempfile.TemporaryDirectory(prefix="otalink-dovecot-") as name:
        server = Dovecot(Path(name))
        _write(server, mechanisms, more)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _write(server: Dovecot, mechanisms: str, more: str) -> None:
    # As root, Dovecot wants to give its rights up: to Debian's own user for it.
    me = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = server.folder
    folder.chmod(0o755)
    for name in ("mail", "run", "state"):
        (folder / name).mkdir()
        shutil.chown(folder / name, me.pw_uid, me.pw_gid)
    numbers = range(1, USERS)
    users = [f"user{number}:{{PLAIN}}{PASSWORD}::::::" for number in numbers]
    users += [f"small{number}:{{PLAIN}}{PASSWORD}::::::userdb_quota_rule=*:storage=30k" for number in numbers]
    (folder / "users").write_text("\n".join([*users, ""]))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(folder / "server.pem")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    group = subprocess.run(["id", "-gn", me.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    text = _CONFIGURATION.format(
        folder=folder, user=me.pw_name, group=group, uid=me.pw_uid, gid=me.pw_gid, mechanisms=mechanisms, more=more,
        imap=server.imap, imaps=server.imaps, pop3=server.pop3, pop3s=server.pop3s,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(text)


@contextmanager
def cutting_proxy(port: int, after: int, times: int = 1) -> Iterator[int]:
    """A TCP proxy before a server; its first `times` connections are cut once the server said `after` bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = [times]

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                limit, left[0] = (after if left[0] > 0 else None), left[0] - 1
                server = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=_pump, args=(client, server, None), daemon=True).start()
                threading.Thread(target=_pump, args=(server, client, limit), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _pump(source: socket.socket, sink: socket.socket, limit: int | None) -> None:
    sent = 0
    with suppress(OSError), source, sink:
        while data := source.recv(4096):
            if limit is not None and sent + len(data) > limit:
                sink.sendall(data[: limit - sent])
                break
            sink.sendall(data)
            sent += len(data)
        for end_ in (source, sink):
            with suppress(OSError):
                end_.shutdown(socket.SHUT_RDWR)


@contextmanager
def hasty_proxy(port: int) -> Iterator[int]:
    """A TCP proxy that announces mail before the server says that it waits, as some servers do; for one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=_pump, args=(client, server, None), daemon=True).start()
                with client, server:
                    while data := server.recv(65_536):
                        client.sendall(data.replace(b"+ idling", b"* 1 EXISTS\r\n+ idling"))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.close()
        thread.join(5)
