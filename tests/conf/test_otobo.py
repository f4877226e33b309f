"""Boot configuration of a real OTOBO beside us: what is accepted, and how each wrong value is told."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from otalink.conf.environment import Boot, read_boot
from otalink.conf.otobo import OtoboBoot
from otalink.conf.variables import ConfigurationError

OTOBO = {
    "OTALINK_DESK": "otobo",
    "OTALINK_OTOBO_DATABASE_URL": "mysql://otalink:hunter2@127.0.0.1:3306/otobo",
    "OTALINK_OTOBO_REST_URL": "https://desk.example/otobo/nph-genericinterface.pl/Webservice/otalink/",
    "OTALINK_OTOBO_REST_USER": "otalink-api",
    "OTALINK_OTOBO_REST_PASSWORD": "hunter2",
}


def boot(tmp_path: Path, **given: str) -> Boot:
    return read_boot({"OTALINK_DATA": str(tmp_path / "data"), **given})


def beside(tmp_path: Path, **given: str) -> OtoboBoot:
    found = boot(tmp_path, **OTOBO, **given).otobo
    assert found
    return found


def test_without_it_the_embedded_desk_is_chosen(tmp_path: Path) -> None:
    assert (boot(tmp_path).desk, boot(tmp_path).otobo) == ("minidesk", None)
    assert boot(tmp_path, OTALINK_DESK="minidesk", OTALINK_OTOBO_TIME_ZONE="nonsense").desk == "minidesk"


def test_where_it_is_how_to_read_it_and_how_to_write_to_it(tmp_path: Path) -> None:
    found = beside(tmp_path)
    assert boot(tmp_path, **OTOBO).desk == "otobo"
    assert found.database["NAME"] == "otobo"
    assert found.rest_url == OTOBO["OTALINK_OTOBO_REST_URL"].rstrip("/")
    assert (found.rest_user, found.rest_password) == ("otalink-api", "hunter2")
    assert (found.time_zone, found.articles, found.relay) == (ZoneInfo("UTC"), None, None)


def test_its_database_is_only_read(tmp_path: Path) -> None:
    assert "READ ONLY" in beside(tmp_path).database["OPTIONS"]["init_command"]
    url = {"OTALINK_OTOBO_DATABASE_URL": "postgres://u:p@127.0.0.1/otobo"}
    found = boot(tmp_path, **{**OTOBO, **url}).otobo
    assert found
    assert "default_transaction_read_only=on" in found.database["OPTIONS"]["options"]


def test_its_zone_files_and_mail_may_be_named(tmp_path: Path) -> None:
    found = beside(
        tmp_path,
        OTALINK_OTOBO_TIME_ZONE="Europe/Berlin",
        OTALINK_OTOBO_ARTICLES="/opt/otobo/var/article",
        OTALINK_OTOBO_RELAY="127.0.0.1:2526",
    )
    assert (found.time_zone, found.articles) == (ZoneInfo("Europe/Berlin"), Path("/opt/otobo/var/article"))
    assert found.relay == ("127.0.0.1", 2526)


def test_where_it_fetches_mail_who_may_come_and_where_it_finds_our_customers_may_be_named(tmp_path: Path) -> None:
    found = beside(
        tmp_path,
        OTALINK_OTOBO_POP3="[::1]:1110",
        OTALINK_OTOBO_POP3_LOGIN="otobo:with:colons",
        OTALINK_OTOBO_CLIENTS="10.1.2.3  fd00::/8",
        OTALINK_OTOBO_SOURCE_URL="postgresql://otobo_reader:hunter2@db.example/otalink",
    )
    assert (found.pop3, found.pop3_login) == (("::1", 1110), "otobo:with:colons")
    assert found.clients == (ip_network("10.1.2.3/32"), ip_network("fd00::/8"))
    assert found.source_url.startswith("postgresql://otobo_reader")
    assert "hunter2" not in repr(found)
    assert "with:colons" not in repr(found)


def test_without_them_only_this_machine_may_come_and_nothing_is_fetched(tmp_path: Path) -> None:
    found = beside(tmp_path)
    assert found.clients == (ip_network("127.0.0.0/8"), ip_network("::1"))
    assert (found.pop3, found.pop3_login, found.source_url) == (None, "", "")


@pytest.mark.parametrize("login", ["", "otobo", "otobo:", ":hunter2", "otobo:hun ter2"])
def test_what_it_fetches_needs_a_login(tmp_path: Path, login: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^OTALINK_OTOBO_POP3_LOGIN: no user, or no password") as caught:
        beside(tmp_path, OTALINK_OTOBO_POP3="127.0.0.1:1110", OTALINK_OTOBO_POP3_LOGIN=login)
    assert "hunter2" not in str(caught.value)


def test_each_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")
    given = {name: value for name, value in OTOBO.items() if name != "OTALINK_OTOBO_REST_PASSWORD"}
    found = boot(tmp_path, **given, OTALINK_OTOBO_REST_PASSWORD_FILE=str(secret)).otobo
    assert found
    assert found.rest_password == "from-a-file"


@pytest.mark.parametrize("name", [name for name in OTOBO if name != "OTALINK_DESK"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{name}: missing, and OTALINK_DESK is otobo; accepted: "):
        boot(tmp_path, **{**OTOBO, name: ""})


@pytest.mark.parametrize(
    ("name", "value", "problem", "accepted"),
    [
        ("OTALINK_DESK", "otrs", "unknown desk 'otrs'", "minidesk or otobo"),
        ("OTALINK_OTOBO_DATABASE_URL", "sqlite:////tmp/x", "sqlite", "postgres://"),
        ("OTALINK_OTOBO_DATABASE_URL", "otobo", "no URL", "mysql://"),
        ("OTALINK_OTOBO_DATABASE_URL", "mysql://u:hunter2@h/", "no database name", "mysql://"),
        ("OTALINK_OTOBO_DATABASE_URL", "mysql://u:hunter2/@h:3306/otobo", "no URL of that form", "mysql://"),
        ("OTALINK_OTOBO_REST_URL", "desk.example/otobo", "no URL of a web service", "Webservice/NAME"),
        ("OTALINK_OTOBO_REST_URL", "https://u:hunter2@desk.example/x", "more than the URL", "Webservice/NAME"),
        ("OTALINK_OTOBO_TIME_ZONE", "Mars/Olympus", "'Mars/Olympus'", "Europe/Berlin"),
        ("OTALINK_OTOBO_TIME_ZONE", "../../etc/passwd", "unknown time zone", "Europe/Berlin"),
        ("OTALINK_OTOBO_ARTICLES", "var/article", "no absolute path", "var/article of OTOBO"),
        ("OTALINK_OTOBO_RELAY", "2526", "'2526'", "host:port"),
        ("OTALINK_OTOBO_RELAY", "127.0.0.1:0", "no address to listen on", "host:port"),
        ("OTALINK_OTOBO_RELAY", "127.0.0.1:99999", "no address to listen on", "host:port"),
        ("OTALINK_OTOBO_POP3", "otobo@127.0.0.1:110", "no address to listen on", "host:port"),
        ("OTALINK_OTOBO_CLIENTS", "10.1.2.0/33", "10.1.2.0/33", "127.0.0.0/8"),
        ("OTALINK_OTOBO_CLIENTS", "web.example", "web.example", "127.0.0.0/8"),
        ("OTALINK_OTOBO_SOURCE_URL", "sqlite:////tmp/x", "no URL of a database", "postgres://"),
        ("OTALINK_OTOBO_SOURCE_URL", "mysql://db.example/otalink", "no URL of a database with a user", "mysql://"),
        ("OTALINK_OTOBO_SOURCE_URL", "mysql://u:hunter2@h:99999/x", "no URL of a database", "mysql://"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(tmp_path: Path, name: str, value: str, problem: str, accepted: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        boot(tmp_path, **{**OTOBO, name: value})
    text = str(caught.value)
    assert text.startswith(f"{name}: ")
    assert problem in text
    assert accepted in text.partition("accepted:")[2]
    assert "\n" not in text
    assert "hunter2" not in text
