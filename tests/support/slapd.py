"""A real slapd (OpenLDAP) on free loopback ports, plain and TLS; it can be killed, frozen and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import ldap3
import trustme

from tests.support import needs
from tests.support.servers import ServerMissing, _find, end, free_port, wait_for_port

SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
WRITER, READER = f"cn=otalink,ou=services,{SUFFIX}", f"cn=reader,ou=services,{SUFFIX}"
PASSWORD = "Directory-Pass-1"

_CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix "{suffix}"
rootdn "cn=root,{suffix}"
rootpw {password}
directory {folder}/data
dbnosync
index objectClass,uid,mail eq
"""
_RIGHTS = f"""
limits dn.exact="{WRITER}" size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by dn.exact="{WRITER}" write by * none
access to * by dn.exact="{WRITER}" write by dn.exact="{READER}" read by * none
"""
_ENTRIES = """
dn: {suffix}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,{suffix}
objectClass: organizationalUnit
ou: people

dn: ou=services,{suffix}
objectClass: organizationalUnit
ou: services

dn: {writer}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: otalink
userPassword: {password}

dn: {reader}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {password}
"""


@dataclass
class Slapd:
    """A server on a folder of its own; its data outlives its process."""

    folder: Path
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://127.0.0.1:{self.tls_port}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def start(self) -> None:
        """Start it; it listens when this returns."""
        # The last of these is in no certificate.
        urls = f"{self.url} {self.tls_url} ldaps://127.0.0.2:{self.tls_port}"
        command = [_find("slapd"), "-f", str(self.folder / "slapd.conf"), "-h", urls, "-d", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)
        wait_for_port(self.tls_port, self.process)

    def stop(self, sig: int = signal.SIGTERM) -> None:
        """End it, also where it is frozen."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            end(self.process, sig)
            self.process = None

    def give_rights(self, lines: str) -> None:
        """Start it again with other limits and rights, as slapd.conf has them."""
        words = {"folder": self.folder, "suffix": SUFFIX, "password": PASSWORD}
        (self.folder / "slapd.conf").write_text(_CONFIGURATION.format(**words) + lines)
        self.stop()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It keeps its ports and connections, and answers nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)  # its threads stop one by one
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def add(self, ldif: str) -> None:
        """Add entries written as LDIF."""
        for block in ldif.strip().split("\n\n"):
            lines = [line.split(": ", 1) for line in block.splitlines()]
            attributes: dict[str, list[str]] = {}
            for name, value in lines[1:]:
                attributes.setdefault(name, []).append(value)
            with self._root() as connection:
                assert connection.add(lines[0][1], attributes=attributes), connection.result

    def add_person(self, uid: str, **attributes: str | list[str]) -> None:
        """Add a person to `PEOPLE`."""
        values = {"cn": uid, "sn": uid, "mail": f"{uid}@customer.example", **attributes}
        with self._root() as connection:
            assert connection.add(f"uid={uid},{PEOPLE}", ["inetOrgPerson"], values), connection.result

    def set(self, uid: str, **attributes: str | list[str]) -> None:
        """Give a person other values."""
        changes = {name: [(ldap3.MODIFY_REPLACE, value)] for name, value in attributes.items()}
        with self._root() as connection:
            assert connection.modify(f"uid={uid},{PEOPLE}", changes), connection.result

    def forget_people(self) -> None:
        """Delete everybody in `PEOPLE`."""
        with self._root() as connection:
            connection.search(PEOPLE, "(objectClass=inetOrgPerson)", attributes=[ldap3.NO_ATTRIBUTES])
            for entry in connection.response or []:
                connection.delete(entry["dn"])

    @contextmanager
    def _root(self) -> Iterator[ldap3.Connection]:
        server = ldap3.Server(self.url, get_info=ldap3.NONE)
        connection = ldap3.Connection(server, f"cn=root,{SUFFIX}", PASSWORD, auto_bind=True)
        try:
            yield connection
        finally:
            connection.unbind()


@contextmanager
def slapd() -> Iterator[Slapd]:
    """A running server that knows two services, one that writes and one that reads, and nobody else.

    Skips the test where slapd is not installed; in CI, fails.
    """
    try:
        slapadd = _find("slapadd")
    except ServerMissing:
        needs.missing("slapd")
    with tempfile.TemporaryDirectory(prefix="otalink-slapd-") as name:
        folder = Path(name)
        _write(folder)
        subprocess.run([slapadd, "-f", "slapd.conf", "-l", "entries.ldif"], cwd=folder, check=True, capture_output=True)
        server = Slapd(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _write(folder: Path) -> None:
    words = {"folder": folder, "suffix": SUFFIX, "writer": WRITER, "reader": READER, "password": PASSWORD}
    (folder / "data").mkdir()
    (folder / "slapd.conf").write_text(_CONFIGURATION.format(**words) + _RIGHTS)
    (folder / "entries.ldif").write_text(_ENTRIES.format(**words).lstrip())
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(folder / "server.pem")
    certificate.private_key_pem.write_to_path(folder / "server.key")
