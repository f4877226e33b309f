"""The boot configuration: `OTALINK_*` environment variables, read once and checked.

Each variable may also be given as `NAME_FILE`, the path of a file that holds the value.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from otalink.conf import data_folder, otobo
from otalink.conf.otobo import OtoboBoot
from otalink.conf.variables import ConfigurationError, bad_port, value_of
from otalink.customers.backends.configuration import BackendConfig, WrongBackends, read_backends
from otalink.postmaster.authentication import name_servers

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
_BASE_URL = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?/?")


@dataclass(frozen=True)
class Boot:
    """The checked boot configuration."""

    data: Path
    database: dict[str, object]
    mail_url: str
    base_url: str
    secret_key: str
    tasks: str
    smtp_certificate: Path | None
    smtp_login: str
    customer_backends: dict[str, BackendConfig]
    resolver: str
    otobo: OtoboBoot | None

    @property
    def desk(self) -> str:
        """The desk, by the name that the boot configuration has for it."""
        return "otobo" if self.otobo else "minidesk"

    @property
    def outgoing(self) -> Path:
        """Folder for mail that is written out instead of sent."""
        return self.data / "outgoing"


def read_boot(environ: Mapping[str, str]) -> Boot:
    """Read and check every boot variable.

    Raises:
        ConfigurationError: naming the first variable that is wrong.
    """
    data = _data_folder(data_path(environ))
    beside = otobo.read(environ) if desk_name(environ) == "otobo" else None
    return Boot(
        data=data,
        database=_database(value_of(environ, "OTALINK_DATABASE_URL") or f"sqlite:///{data}/otalink.sqlite3"),
        mail_url=_mail_url(value_of(environ, "OTALINK_MAIL_URL") or (data / "outgoing").as_uri()),
        base_url=_base_url(value_of(environ, "OTALINK_BASE_URL") or DEFAULT_BASE_URL),
        secret_key=_secret_key(value_of(environ, "OTALINK_SECRET_KEY"), data),
        smtp_certificate=_certificate(value_of(environ, "OTALINK_SMTP_CERTIFICATE")),
        smtp_login=_smtp_login(environ),
        tasks=_tasks(value_of(environ, "OTALINK_TASKS") or "embedded"),
        customer_backends=_customer_backends(environ, data / "customer-backends.toml", beside),
        resolver=_resolver(value_of(environ, "OTALINK_RESOLVER") or name_servers.SYSTEM),
        otobo=beside,
    )


def data_path(environ: Mapping[str, str]) -> Path:
    """Where the data folder is, or would be.

    Raises:
        ConfigurationError
    """
    return Path(value_of(environ, "OTALINK_DATA") or "data").expanduser().absolute()


def desk_name(environ: Mapping[str, str]) -> str:
    """Which desk is chosen: `minidesk` or `otobo`.

    Raises:
        ConfigurationError
    """
    name = value_of(environ, "OTALINK_DESK") or "minidesk"
    if name not in {"minidesk", "otobo"}:
        raise ConfigurationError("OTALINK_DESK", f"unknown desk {name!r}", "minidesk or otobo")
    return name


def require_data_folder(environ: Mapping[str, str], *, also_named: bool = False) -> None:
    """Make sure that no data folder would be invented: it is there, or somebody named it.

    With `also_named` one that is named must be there, too.

    Raises:
        ConfigurationError
    """
    folder = data_path(environ)
    if data_folder.is_named(environ):
        if also_named and not folder.exists():
            problem = f"there is no folder {str(folder)!r}"
            raise ConfigurationError("OTALINK_DATA", problem, "a data folder; `otalink run` makes it")
    elif not data_folder.is_one(folder):
        problem = f"not set, and {str(folder)!r} is no data folder"
        raise ConfigurationError("OTALINK_DATA", problem, "a data folder; `otalink run` makes one where it is started")


def _data_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            "OTALINK_DATA", f"cannot make {str(folder)!r} ({error.strerror})", "a writable folder"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError("OTALINK_DATA", f"{str(folder)!r} is not writable", "a writable folder")
    return folder


def _database(value: str) -> dict[str, object]:
    accepted = "sqlite:///path, postgres://user:password@host:port/name or mysql://user:password@host:port/name"
    scheme = value.partition("://")[0]
    if scheme not in {"sqlite", "postgres", "postgresql", "mysql"}:
        raise ConfigurationError("OTALINK_DATABASE_URL", f"unknown kind of database {scheme!r}", accepted)
    import dj_database_url  # brings parts of Django along, which the supervisor does without

    try:
        config: dict[str, object] = dict(dj_database_url.parse(value, conn_max_age=None, conn_health_checks=True))
    except ValueError as error:
        raise ConfigurationError("OTALINK_DATABASE_URL", str(error), accepted) from error
    if config.get("NAME") in {None, "", ":memory:"}:  # in memory, every process would have its own
        raise ConfigurationError("OTALINK_DATABASE_URL", "no database name", accepted)
    if scheme == "sqlite":
        data_folder.keep_database_private(Path(str(config["NAME"])))
    return config


def _mail_url(value: str) -> str:
    accepted = "smtp://[user:password@]host:port[?tls=starttls|tls] or file:///folder"
    url = urlsplit(value)
    if url.scheme not in {"smtp", "file"}:
        raise ConfigurationError("OTALINK_MAIL_URL", f"unknown kind of mail transport {url.scheme!r}", accepted)
    if url.scheme == "file" and not url.path.startswith("/"):
        raise ConfigurationError("OTALINK_MAIL_URL", "no absolute folder", accepted)
    if url.scheme == "smtp":
        if not url.hostname or bad_port(value):
            raise ConfigurationError("OTALINK_MAIL_URL", "no host, or a port that is no number", accepted)
        if url.query not in {"", "tls=starttls", "tls=tls"}:
            raise ConfigurationError("OTALINK_MAIL_URL", f"unknown option {url.query!r}", accepted)
    return value


def _base_url(value: str) -> str:
    # Nothing before or after host and port: our pages stand at the top, and browsers send nothing else back. An
    # international name goes in its ASCII form, as they send it too.
    if not _BASE_URL.fullmatch(value) or bad_port(value):
        raise ConfigurationError(
            "OTALINK_BASE_URL", f"{value!r} is not a public URL", "http://host[:port] or https://host[:port]"
        )
    return value.rstrip("/")


def _secret_key(value: str, data: Path) -> str:
    if value:
        if len(value) < 32:
            raise ConfigurationError("OTALINK_SECRET_KEY", "too short", "at least 32 characters")
        return value
    path = data / "secret-key"
    if not path.exists():
        _make_secret_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_secret_key(path: Path) -> None:
    # Linked into place whole, so that two processes starting at once agree on one key.
    descriptor, draft = tempfile.mkstemp(prefix="secret-key.", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    Path(draft).unlink()


def _tasks(value: str) -> str:
    if value != "embedded":
        raise ConfigurationError("OTALINK_TASKS", f"{value!r} is not supported by this version", "embedded")
    return value


def _resolver(value: str) -> str:
    try:
        name_servers.parse(value)
    except ValueError as error:
        raise ConfigurationError("OTALINK_RESOLVER", str(error), name_servers.ACCEPTED) from error
    return value


def _certificate(value: str) -> Path | None:
    if value and not os.access(value, os.R_OK):
        raise ConfigurationError(
            "OTALINK_SMTP_CERTIFICATE", f"cannot read {value!r}", "a PEM file with the certificate chain and its key"
        )
    return Path(value) if value else None


def _smtp_login(environ: Mapping[str, str]) -> str:
    value = value_of(environ, "OTALINK_SMTP_LOGIN")
    if value and (not all(value.partition(":")) or not value_of(environ, "OTALINK_SMTP_CERTIFICATE")):
        problem = "passwords need encryption" if all(value.partition(":")) else "no user, or no password"
        raise ConfigurationError("OTALINK_SMTP_LOGIN", problem, "user:password, along with OTALINK_SMTP_CERTIFICATE")
    return value


def _customer_backends(environ: Mapping[str, str], file: Path, beside: OtoboBoot | None) -> dict[str, BackendConfig]:
    name = "OTALINK_CUSTOMER_BACKENDS"
    if not environ.get(name) and not environ.get(f"{name}_FILE") and file.exists():
        environ = {f"{name}_FILE": str(file)}
    try:
        return read_backends(value_of(environ, name), beside.customers if beside else None)
    except WrongBackends as error:
        where = environ.get(f"{name}_FILE")
        raise ConfigurationError(f"{name} in {where}" if where else name, error.problem, error.accepted) from error
