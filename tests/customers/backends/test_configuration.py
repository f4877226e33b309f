"""The boot configuration of customer user backends: what is accepted, and how each mistake is told."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from otalink.conf.environment import Boot, read_boot
from otalink.conf.variables import ConfigurationError
from otalink.customers.backends.configuration import DatabaseConfig, databases
from otalink.customers.backends.ldap.config import LdapConfig, Validity
from otalink.customers.backends.sql.config import SqlConfig
from tests.support.command import Otalink

FIRST = '[CustomerUser]\nkind = "database"\n'
LDAP = '[CustomerUser1]\nkind = "ldap"\nurl = "ldaps://ldap.example.org"\nbase_dn = "dc=example,dc=org"\n'
SQL = '[CustomerUser1]\nkind = "sql"\nurl = "postgres://u:hunter2@db.example.org/crm"\ntable = "crm.people"\n'
COLUMNS = '[CustomerUser1.columns]\nlogin = "uid"\nemail = "mail"\ncustomer_id = "company"\n'


def boot(tmp_path: Path, document: str) -> Boot:
    return read_boot({"OTALINK_DATA": str(tmp_path / "data"), "OTALINK_CUSTOMER_BACKENDS": document})


def test_without_a_word_there_is_our_own_database(tmp_path: Path) -> None:
    assert boot(tmp_path, "").customer_backends == {"CustomerUser": DatabaseConfig()}


def test_the_order_of_the_document_is_the_order_of_the_backends(tmp_path: Path) -> None:
    document = '[CustomerUser10]\nkind = "database"\n' + LDAP + FIRST
    assert list(boot(tmp_path, document).customer_backends) == ["CustomerUser10", "CustomerUser1", "CustomerUser"]


def test_a_file_in_the_data_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "customer-backends.toml").write_text(FIRST + LDAP)
    assert list(boot(tmp_path, "").customer_backends) == ["CustomerUser", "CustomerUser1"]
    assert list(boot(tmp_path, FIRST).customer_backends) == ["CustomerUser"]


def test_a_file_elsewhere_is_read_and_named_where_it_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "backends.toml"
    environ = {"OTALINK_DATA": str(tmp_path), "OTALINK_CUSTOMER_BACKENDS_FILE": str(file)}
    file.write_text(FIRST)
    assert list(read_boot(environ).customer_backends) == ["CustomerUser"]
    file.write_text("")
    assert list(read_boot(environ).customer_backends) == ["CustomerUser"]
    file.write_text("[CustomerUser")
    with pytest.raises(ConfigurationError, match=f"^OTALINK_CUSTOMER_BACKENDS in {file}: Expected"):
        read_boot(environ)


def test_an_ldap_backend_needs_little(tmp_path: Path) -> None:
    found = boot(tmp_path, FIRST + LDAP).customer_backends["CustomerUser1"]
    assert isinstance(found, LdapConfig)
    assert (found.urls, found.new_entries_dn) == (("ldaps://ldap.example.org",), "dc=example,dc=org")
    assert (found.attributes["login"], found.attributes["email"], found.writable) == ("uid", "mail", False)


def test_an_ldap_backend_takes_all_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(" pass word \n")
    (tmp_path / "ca.pem").write_text("")
    document = f"""
{FIRST}
[CustomerUser1]
kind = "ldap"
url = ["ldap://a.example.org:3389", "ldap://b.example.org"]
starttls = true
ca_file = "{tmp_path}/ca.pem"
base_dn = "dc=example,dc=org"
new_entries_dn = "ou=new,dc=example,dc=org"
object_classes = ["top", "inetOrgPerson"]
filter = "(&(objectClass=user)(!(objectClass=computer)))"
bind_dn = "cn=otalink"
bind_password_file = "{tmp_path}/password"
valid_attribute = "userAccountControl"
disabled_bit = 2
passwords = true
password_attribute = "userPassword"
writable = true
page_size = 100
connect_timeout = 1
receive_timeout = 2
attributes = {{ login = "sAMAccountName", customer_id = "company", language = "" }}
"""
    found = boot(tmp_path, document).customer_backends["CustomerUser1"]
    assert found == LdapConfig(
        urls=("ldap://a.example.org:3389", "ldap://b.example.org"),
        base_dn="dc=example,dc=org",
        attributes={
            "login": "sAMAccountName",
            "email": "mail",
            "customer_id": "company",
            "first_name": "givenName",
            "last_name": "sn",
            "language": "",
            "time_zone": "",
        },
        filter="(&(objectClass=user)(!(objectClass=computer)))",
        bind_dn="cn=otalink",
        bind_password=" pass word ",
        starttls=True,
        ca_file=f"{tmp_path}/ca.pem",
        validity=Validity("userAccountControl", disabled_bit=2),
        passwords=True,
        password_attribute="userPassword",
        writable=True,
        new_entries_dn="ou=new,dc=example,dc=org",
        object_classes=("top", "inetOrgPerson"),
        page_size=100,
        connect_timeout=1,
        receive_timeout=2,
    )


def test_an_sql_backend_gets_a_database_of_its_name(tmp_path: Path) -> None:
    backends = boot(tmp_path, FIRST + SQL + COLUMNS).customer_backends
    found = backends["CustomerUser1"]
    assert isinstance(found, SqlConfig)
    assert (found.table, found.columns["customer_id"]) == (("crm", "people"), "company")
    assert databases(backends)["CustomerUser1"]["NAME"] == "crm"
    assert list(databases(backends)) == ["CustomerUser1"]


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    ldap = LDAP + 'bind_dn = "cn=otalink"\nbind_password = "hunter2"\n'
    assert "hunter2" not in repr(boot(tmp_path, FIRST + ldap).customer_backends)
    assert "hunter2" not in repr(boot(tmp_path, FIRST + SQL + COLUMNS).customer_backends)


@pytest.mark.parametrize(
    ("document", "problem", "accepted"),
    [
        (LDAP, "no [CustomerUser]", 'kind = "database"'),
        (FIRST + "[Customers]", "[Customers] is no name", "CustomerUser1 ... CustomerUser10"),
        (FIRST + "[CustomerUser11]", "[CustomerUser11] is no name", "CustomerUser10"),
        ("CustomerUser = 1", "[CustomerUser] is no name", "CustomerUser"),
        ("[CustomerUser]", "[CustomerUser] kind: missing", "text"),
        ('[CustomerUser]\nkind = "oracle"', "[CustomerUser] kind: 'oracle' will not do", "database, ldap, sql"),
        (FIRST + 'table = "people"', "[CustomerUser] table: unknown", "kind"),
        (FIRST + '[CustomerUser1]\nkind = "ldap"\nurl = "ldap://h"', "base_dn: missing", "text"),
        (FIRST + LDAP + 'bind_dn = "cn=x"', "bind_password: bind_dn and its password", "anonymous"),
        (FIRST + LDAP + "bind_password = 12345", "bind_password: a int will not do", "text"),
        (FIRST + LDAP + 'bind_password_file = "/nonexistent"', "bind_password_file: cannot read", "readable text file"),
        (FIRST + LDAP + 'bind_pasword = "x"', "bind_pasword: unknown", "bind_password"),
        (FIRST + LDAP + "starttls = true", "ldaps:// is encrypted", "ldap://"),
        (FIRST + LDAP + 'ca_file = "/nonexistent"', "ca_file: '/nonexistent' is not there", "PEM"),
        (FIRST + LDAP + 'filter = "(uid="', "filter: '(uid=' is no LDAP filter", "(objectClass=person)"),
        (FIRST + LDAP + "page_size = 0", "page_size: 0 will not do", "from 1 to 10000"),
        (FIRST + LDAP + "writable = 1", "writable: 1 will not do", "true or false"),
        (FIRST + LDAP + 'valid_attribute = "x"', "valid_attribute: it and its values", "disabled_bit"),
        (
            FIRST + LDAP + 'valid_attribute = "x"\nvalid_value = "1"\nwritable = true',
            "valid_attribute",
            "valid_value and invalid_value",
        ),
        (FIRST + LDAP + "writable = true\npasswords = true", "password_attribute: missing", "userPassword"),
        (FIRST + LDAP + 'attributes = { login = "" }', "attributes.login: empty", "attribute"),
        (FIRST + LDAP + 'attributes = { mail = "mail" }', "attributes.mail: unknown", "login, email"),
        (FIRST + LDAP + "attributes = 1", "attributes: 1 will not do", "a table"),
        (FIRST + LDAP.replace("ldaps://ldap.example.org", "http://h"), "url: 'http://h'", "ldaps://host"),
        (FIRST + LDAP.replace("ldap.example.org", "h:x"), "url: 'ldaps://h:x'", "ldaps://host"),
        (FIRST + LDAP.replace('"ldaps://ldap.example.org"', "[]"), "url: missing", "list of texts"),
        (FIRST + SQL, "columns.login: missing", "name of a column"),
        (FIRST + SQL.replace("crm.people", "a;b") + COLUMNS, "table: 'a;b' is no name", "schema.name"),
        (FIRST + SQL + COLUMNS.replace("uid", 'u\\"id'), "is no name of a column", "letters"),
        (FIRST + SQL.replace("postgres:", "oracle:") + COLUMNS, "unknown kind of database 'oracle'", "mysql://"),
        (FIRST + SQL.replace("/crm", "/") + COLUMNS, "url: no database name", "postgres://"),
        (FIRST + SQL + 'valid_column = "state"\n' + COLUMNS, "valid_column: it and its values", "valid_value or"),
        (FIRST + SQL + 'valid_column = "s"\nvalid_value = 1.5\n' + COLUMNS, "valid_value: 1.5", "a whole number"),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, document: str, problem: str, accepted: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        boot(tmp_path, document)
    text = str(caught.value)
    assert text.startswith("OTALINK_CUSTOMER_BACKENDS: ")
    assert problem in text.partition("; accepted: ")[0]
    assert accepted in text.partition("; accepted: ")[2]
    assert "\n" not in text
    assert "hunter2" not in text
    assert "12345" not in text


@pytest.mark.processes
def test_the_product_finds_the_people_of_a_table(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "crm.sqlite3")) as crm, crm:
        crm.execute("CREATE TABLE people (uid TEXT, mail TEXT, company TEXT, state INTEGER)")
        crm.execute("INSERT INTO people VALUES ('Ann', 'ann@customer.example', 'ACME', 1)")
    backend = SQL.replace("postgres://u:hunter2@db.example.org/crm", f"sqlite:///{tmp_path}/crm.sqlite3")
    backend = backend.replace("crm.people", "people") + 'valid_column = "state"\nvalid_value = 1\n'
    (tmp_path / "customer-backends.toml").write_text(FIRST + backend + COLUMNS)
    otalink = Otalink(tmp_path)
    (customer,) = otalink.json("customer", "list")
    assert (customer["login"], customer["valid"], customer["backend"]) == ("ann", True, "CustomerUser1")
    number = otalink.file_mail()
    assert otalink.json("ticket", "show", number)["customer_user"] == "ann"
    assert otalink("customer", "disable", "ann").code == 1
