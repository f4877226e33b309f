"""The POP3 server (RFC 1939) for one client, OTOBO, which deletes each mail once it has filed it.

A mail is gone with its DELE, not with the QUIT: a session that breaks in between must not have it filed twice. For the
same reason RSET brings nothing back.
"""

from __future__ import annotations

import hmac
import re
import socketserver
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

import structlog
from django.db import Error, close_old_connections, connections

from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection, drop
from otalink.otobo.models import DropMail

_SECONDS = 600
_LONGEST_LINE, _MOST_WRONG = 1_000, 3
_DOTS = re.compile(rb"(?m)^\.")
_CAPABILITIES = ("USER", "UIDL", "RESP-CODES", "IMPLEMENTATION otalink")

_log = structlog.get_logger("otalink.otobo")

Networks = Sequence[IPv4Network | IPv6Network]


class _Refused(Exception):
    """The answer is no; the text says why."""


class _Session(socketserver.StreamRequestHandler):
    """One visit."""

    timeout = _SECONDS
    server: Pop3Server

    def handle(self) -> None:
        """Talk until they leave."""
        self._owner, self._user, self._wrong = "", "", 0
        self._mails: dict[int, DropMail] = {}
        peer = ip_address(str(self.client_address[0]).partition("%")[0])
        if not any((getattr(peer, "ipv4_mapped", None) or peer) in network for network in self.server.clients):
            self._say("-ERR this drop is not for you")
            return
        self._say("+OK otalink")
        try:
            while self._wrong < _MOST_WRONG and self._next():
                pass
        except OSError:
            pass  # they hung up
        finally:
            if self._owner:
                drop.leave(self._owner)
            connection.close()
            connections.close_all()

    def _next(self) -> bool:
        line = self.rfile.readline(_LONGEST_LINE)
        word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
        if not line or self.server.is_stopping:
            return False
        close_old_connections()
        try:
            self._answer(word.upper(), rest.strip())
        except _Refused as error:
            self._say(f"-ERR {error}")
        except (DeskUnavailable, Error, OSError) as error:
            _log.warning("the drop cannot answer", error=f"{type(error).__name__}: {error}")
            self._say("-ERR [SYS/TEMP] not now, please come again later")
            return False
        return word.upper() != "QUIT"

    def _answer(self, word: str, rest: str) -> None:
        before: dict[str, Callable[[str], None]] = {
            "USER": self._take_user, "PASS": self._take_password, "QUIT": lambda _: self._say("+OK"),
            "CAPA": lambda _: self._list("+OK", _CAPABILITIES), "NOOP": lambda _: self._say("+OK"),
        }  # fmt: skip
        inside: dict[str, Callable[[str], None]] = {
            "STAT": self._stat, "LIST": self._list_sizes, "UIDL": self._list_ids, "RETR": self._retrieve,
            "DELE": self._delete, "RSET": lambda _: self._say("+OK"),
        }  # fmt: skip
        if word in inside and not self._owner:
            raise _Refused("sign in first")
        if self._owner and not drop.stay(self._owner):
            raise _Refused("[IN-USE] somebody else fetches now")
        answer = before.get(word) or inside.get(word)
        if answer is None:
            raise _Refused("unknown command")
        answer(rest)

    def _take_user(self, rest: str) -> None:
        self._user = rest
        self._say("+OK")

    def _take_password(self, rest: str) -> None:
        if not hmac.compare_digest(f"{self._user}:{rest}".encode(), self.server.login.encode()):
            self._wrong += 1
            raise _Refused("[AUTH] wrong user or password")
        self._owner = self._owner or drop.enter()
        if not self._owner:
            raise _Refused("[IN-USE] somebody else fetches now")
        self._mails = dict(enumerate(drop.waiting(), 1))
        self._say(f"+OK {len(self._mails)} mails")

    def _stat(self, _: str) -> None:
        self._say(f"+OK {len(self._mails)} {sum(mail.size for mail in self._mails.values())}")

    def _list_sizes(self, rest: str) -> None:
        self._tell(rest, lambda mail: str(mail.size))

    def _list_ids(self, rest: str) -> None:
        self._tell(rest, lambda mail: f"otalink-{mail.pk}")

    def _tell(self, rest: str, about: Callable[[DropMail], str]) -> None:
        if rest:
            self._say(f"+OK {rest} {about(self._mail(rest))}")
            return
        self._list(f"+OK {len(self._mails)} mails", [f"{n} {about(mail)}" for n, mail in self._mails.items()])

    def _retrieve(self, rest: str) -> None:
        try:
            raw = drop.hand_out(self._mail(rest))
        except (drop.Gone, FileNotFoundError):
            raise _Refused("no such mail") from None
        end = b"" if raw.endswith(b"\r\n") else b"\r\n"
        self.wfile.write(b"+OK\r\n" + _DOTS.sub(b"..", raw) + end + b".\r\n")

    def _delete(self, rest: str) -> None:
        drop.delete(self._mail(rest))
        del self._mails[int(rest)]
        self._say("+OK")

    def _mail(self, rest: str) -> DropMail:
        mail = self._mails.get(int(rest)) if rest.isascii() and rest.isdigit() and len(rest) < 10 else None
        if mail is None:
            raise _Refused("no such mail")
        return mail

    def _list(self, first: str, lines: Sequence[str]) -> None:
        self._say("\r\n".join([first, *lines, "."]))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Pop3Server(socketserver.ThreadingTCPServer):
    """Listens in a thread of its own; `port` is the one it really listens on."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 16

    def __init__(self, host: str, port: int, login: str, clients: Networks) -> None:
        self.login, self.clients, self.is_stopping = login, tuple(clients), False
        super().__init__((host, port), _Session)
        self.port: int = self.server_address[1]
        self._thread = threading.Thread(target=self.serve_forever, args=(0.2,), name="pop3", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let nobody in any more; whoever is there is told at their next word."""
        self.is_stopping = True
        self.shutdown()
        self.server_close()
        self._thread.join()
