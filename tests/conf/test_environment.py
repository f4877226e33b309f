"""Boot configuration: what is accepted, and how each wrong value is told."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from otalink.conf.environment import read_boot
from otalink.conf.variables import ConfigurationError


def boot(tmp_path: Path, **given: str):  # type: ignore[no-untyped-def]
    return read_boot({"OTALINK_DATA": str(tmp_path / "data"), **given})


def test_the_defaults_need_nothing_but_a_folder(tmp_path: Path) -> None:
    found = boot(tmp_path)
    assert found.data == tmp_path / "data"
    assert found.database["ENGINE"] == "django.db.backends.sqlite3"
    assert found.database["NAME"] == str(tmp_path / "data" / "otalink.sqlite3")
    assert found.mail_url == (tmp_path / "data" / "outgoing").as_uri()
    assert (found.base_url, found.tasks) == ("http://127.0.0.1:8000", "embedded")
    assert found.resolver == "system"


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = boot(tmp_path), boot(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600


def test_each_variable_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mysql://u:p@127.0.0.1:3306/desk\n")
    assert boot(tmp_path, OTALINK_DATABASE_URL_FILE=str(secret)).database["NAME"] == "desk"


@pytest.mark.parametrize(
    ("name", "value", "problem", "accepted"),
    [
        ("OTALINK_DATABASE_URL", "oracle://u:p@h/n", "oracle", "postgres://"),
        ("OTALINK_DATABASE_URL", "postgres://u:p@h/", "no database name", "postgres://"),
        ("OTALINK_DATABASE_URL", "postgres://u:p@h:port/n", "port", "postgres://"),
        ("OTALINK_DATABASE_URL", "sqlite://", "no database name", "sqlite:///path"),
        ("OTALINK_DATABASE_URL", "sqlite://:memory:", "no database name", "sqlite:///path"),
        ("OTALINK_MAIL_URL", "imap://h", "imap", "smtp://"),
        ("OTALINK_MAIL_URL", "smtp://", "no host", "smtp://"),
        ("OTALINK_MAIL_URL", "smtp://h:none", "port", "smtp://"),
        ("OTALINK_MAIL_URL", "smtp://h:25?tls=maybe", "tls=maybe", "tls=starttls|tls"),
        ("OTALINK_MAIL_URL", "file://outgoing", "no absolute folder", "file:///folder"),
        ("OTALINK_BASE_URL", "desk.example.com", "desk.example.com", "https://host"),
        ("OTALINK_BASE_URL", "https://desk.example.com/?a=b", "not a public URL", "https://host"),
        ("OTALINK_BASE_URL", "https://desk.example.com:x", "not a public URL", "https://host"),
        ("OTALINK_BASE_URL", "https://desk.example.com/help", "not a public URL", "https://host"),
        ("OTALINK_BASE_URL", "https://user:pw@desk.example.com", "not a public URL", "https://host"),
        ("OTALINK_BASE_URL", "https://desk example.com", "not a public URL", "https://host"),
        ("OTALINK_BASE_URL", "https://münchen.example", "not a public URL", "https://host"),
        ("OTALINK_SECRET_KEY", "short", "too short", "32 characters"),
        ("OTALINK_TASKS", "redis://h", "redis", "embedded"),
        ("OTALINK_RESOLVER", "dns.example", "dns.example", "127.0.0.1:5353"),
        ("OTALINK_RESOLVER", "127.0.0.1:99999", "port", "system, none"),
        ("OTALINK_DATA_FILE", "/nonexistent/file", "cannot read", "readable text file"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(tmp_path: Path, name: str, value: str, problem: str, accepted: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        boot(tmp_path, **{name: value})
    text = str(caught.value)
    assert text.startswith(f"{name}: ")
    assert problem in text
    assert accepted in text.partition("accepted:")[2]
    assert "\n" not in text


@pytest.mark.parametrize(
    "value", ["https://desk.example.com/", "https://xn--mnchen-3ya.example", "http://[::1]:8000", "http://desk:80"]
)
def test_a_public_address_is_a_host_and_perhaps_a_port(tmp_path: Path, value: str) -> None:
    assert boot(tmp_path, OTALINK_BASE_URL=value).base_url == value.rstrip("/")


def test_a_secret_in_a_wrong_value_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        boot(tmp_path, OTALINK_MAIL_URL="smtp://user:hunter2@host:25?tls=maybe")
    assert "hunter2" not in str(caught.value)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"^OTALINK_DATA: cannot make .* accepted: a writable folder"):
        boot(tmp_path, OTALINK_DATA=str(tmp_path / "file" / "data"))


def test_two_starts_at_once_agree_on_one_secret_key(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: boot(tmp_path).secret_key, range(8)))
    assert len(keys) == 1
