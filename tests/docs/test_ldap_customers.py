"""docs/howto/ldap-customers.md and its reference, followed word by word against a real slapd."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.cli.check import customer_backends
from otalink.conf.environment import read_boot
from otalink.customers import directory
from otalink.customers.backends.configuration import read_backends
from otalink.customers.backends.ldap import config as ldap_config
from otalink.customers.backends.ldap.backend import LdapBackend
from otalink.customers.backends.options import Options, WrongOption
from otalink.customers.backends.sql import config as sql_config
from tests.support.command import Otalink
from tests.support.name_server import NameServer, listening
from tests.support.slapd import Slapd, slapd

DOCS = Path(__file__).parents[2] / "docs"
HOWTO, REFERENCE = DOCS / "howto" / "ldap-customers.md", DOCS / "reference" / "customer-backends.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A block of the page."""

    kind: str
    text: str


def steps(page: Path) -> list[Step]:
    return [Step(*found) for found in _BLOCK.findall(page.read_text())]


@pytest.fixture
def server() -> Iterator[Slapd]:
    with slapd() as running:
        yield running


def of_this_machine(text: str, server: Slapd, folder: Path) -> str:
    """The page's words with the names that are the reader's to replace."""
    text = text.replace("ldaps://ldap.example.org", server.tls_url)
    return text.replace("/etc/ssl/certs/company-ca.pem", str(server.ca_file)).replace("/etc/otalink", str(folder))


def follow(step: Step, server: Slapd, data: Path, etc: Path) -> None:
    text = of_this_machine(step.text, server, etc)
    backends = data / "customer-backends.toml"
    if step.kind == "ldif":
        server.add(text)
    elif step.kind == "slapd":
        server.give_rights(text)
    elif step.kind == "sh":
        subprocess.run(["sh", "-e", "-c", text], check=True)
    elif step.kind == "toml" and "[CustomerUser1]" in text:
        backends.write_text(text)
    elif step.kind == "toml":  # "below [CustomerUser1]"
        backends.write_text(backends.read_text().replace("[CustomerUser1]\n", f"[CustomerUser1]\n{text}"))
    else:
        type_in(text, data)


def type_in(text: str, data: Path) -> None:
    for command in text.split("$ ")[1:]:
        line, _, expected = command.partition("\n")
        name, *words = line.split()
        assert name == "otalink"
        with listening(NameServer({})) as port:
            done = Otalink(data, {"OTALINK_RESOLVER": f"127.0.0.1:{port}"})(*words)
        assert (done.code, done.out) == (0, expected.replace("/var/lib/otalink", str(data))), done


@pytest.mark.processes
def test_the_page_works_from_top_to_bottom(server: Slapd, tmp_path: Path) -> None:
    data, etc = tmp_path / "data", tmp_path / "etc"
    data.mkdir()
    etc.mkdir()
    before_active_directory = HOWTO.read_text().partition("## Active Directory")[0]
    followed = [step for step in steps(HOWTO) if step.text in before_active_directory]
    assert [step.kind for step in followed] == [
        "ldif", "ldif", "slapd", "sh", "toml", "console", "slapd", "toml", "console",
    ]  # fmt: skip
    for step in followed:
        follow(step, server, data, etc)


@pytest.fixture
def _checked_alone() -> Iterator[None]:
    directory.backends.cache_clear()
    yield
    directory.backends.cache_clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("_checked_alone")
def test_check_says_what_the_page_explains(server: Slapd, tmp_path: Path, settings: Settings) -> None:
    for step in steps(HOWTO)[:5]:
        follow(step, server, tmp_path, tmp_path)
    (tmp_path / "wrong").write_text("guessed")
    right = (tmp_path / "customer-backends.toml").read_text()
    mistakes = {
        "invalidCredentials": right.replace(f"{tmp_path}/ldap-password", f"{tmp_path}/wrong"),
        "noSuchObject": right.replace("ou=people", "ou=persons"),
        "certificate verify failed": right.replace(f'ca_file = "{server.ca_file}"\n', ""),
        "Connection refused": right.replace(str(server.tls_port), "1"),
        "passwords cross the network readable": right.replace(server.tls_url, "ldap://127.0.0.2:1"),
    }
    for said, text in mistakes.items():
        assert f"`{said}`" in HOWTO.read_text()
        found = read_backends(text)
        settings.OTALINK_CUSTOMER_BACKENDS = {name: config.factory for name, config in found.items()}
        settings.OTALINK_CUSTOMER_BACKEND_OPTIONS = found
        directory.backends.cache_clear()
        assert [problem for problem in customer_backends.problems() if said in problem], said
        backend = directory.backends()["CustomerUser1"]
        assert isinstance(backend, LdapBackend)
        backend.close()


def test_the_part_on_active_directory_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "ldap-password").write_text("change-me")
    text = steps(HOWTO)[-1].text.replace("/etc/otalink", str(tmp_path))
    environ = {"OTALINK_DATA": str(tmp_path), "OTALINK_CUSTOMER_BACKENDS": text}
    assert list(read_boot(environ).customer_backends) == ["CustomerUser1", "CustomerUser"]


def test_the_example_of_the_reference_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "crm-url").write_text("postgres://otalink@db.example.org/crm")
    (example,) = steps(REFERENCE)
    assert list(read_backends(example.text.replace("/etc/otalink", str(tmp_path)))) == ["CustomerUser", "CustomerUser2"]


def test_the_reference_names_every_key() -> None:
    text = REFERENCE.read_text()
    ldap = {"url": "ldap://h", "base_dn": "dc=x"}
    sql = {"url": "postgres://h/d", "table": "t", "columns": {"login": "a", "email": "a", "customer_id": "a"}}
    for read, table in ((ldap_config.read, ldap), (sql_config.read, sql)):
        with pytest.raises(WrongOption) as caught:
            read(Options({**table, "no such key": 1}))
        for key in caught.value.accepted.split(", "):
            assert f"`{key}`" in text, key
