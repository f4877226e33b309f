"""What an LDAP backend is told: where the directory is, how to enter it, which attribute means what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from otalink.customers.backends.options import Options

_URLS = "ldap://host[:port] or ldaps://host[:port]"
# What inetOrgPerson calls them; an empty name means that the directory does not keep it.
_ATTRIBUTES = {
    "login": "uid",
    "email": "mail",
    "customer_id": "mail",
    "first_name": "givenName",
    "last_name": "sn",
    "language": "preferredLanguage",
    "time_zone": "",
}
_NEEDED = ("login", "email", "customer_id")


@dataclass(frozen=True)
class Validity:
    """How an entry says that its person may come in; without `attribute`, all may.

    With `disabled_bit` the attribute is a number and that bit of it says no, as Active Directory's
    userAccountControl does. Otherwise only `valid_value` says yes, or, where there is none, only `invalid_value` no.
    """

    attribute: str = ""
    valid_value: str = ""
    invalid_value: str = ""
    disabled_bit: int = 0

    def says_valid(self, values: tuple[str, ...]) -> bool:
        """Whether the values of the attribute let its person in."""
        if not self.attribute:
            return True
        if self.disabled_bit:
            return not any(_number(value) & self.disabled_bit for value in values)
        folded = {value.casefold() for value in values}
        if self.valid_value:
            return self.valid_value.casefold() in folded
        return self.invalid_value.casefold() not in folded

    def value_for(self, values: tuple[str, ...], *, valid: bool) -> str:
        """What to write so that the entry says `valid`; `values` are there now."""
        if self.disabled_bit:
            now = _number(values[0]) if values else 0
            return str(now & ~self.disabled_bit if valid else now | self.disabled_bit)
        return self.valid_value if valid else self.invalid_value


def _number(value: str) -> int:
    return int(value) if value.lstrip("-").isdecimal() else 0


@dataclass(frozen=True)
class LdapConfig:
    """An LDAP backend; times are whole seconds."""

    factory: ClassVar[str] = "otalink.customers.backends.ldap.backend.configured"

    urls: tuple[str, ...]
    base_dn: str
    attributes: Mapping[str, str]
    filter: str = "(objectClass=inetOrgPerson)"
    bind_dn: str = ""
    bind_password: str = field(default="", repr=False)
    starttls: bool = False
    ca_file: str = ""
    validity: Validity = Validity()
    passwords: bool = False
    password_attribute: str = ""
    writable: bool = False
    new_entries_dn: str = ""
    object_classes: tuple[str, ...] = ("inetOrgPerson",)
    page_size: int = 500
    connect_timeout: int = 5
    receive_timeout: int = 10


def read(options: Options) -> LdapConfig:
    """An LDAP backend from its table.

    Raises:
        WrongOption
    """
    base_dn = options.text("base_dn")
    writable = options.flag("writable", default=False)
    config = LdapConfig(
        urls=_urls(options),
        base_dn=base_dn,
        attributes=_attributes(options.table("attributes")),
        filter=_filter(options),
        bind_dn=options.text("bind_dn", ""),
        bind_password=options.secret("bind_password"),
        starttls=options.flag("starttls", default=False),
        ca_file=_ca_file(options),
        validity=_validity(options, writable=writable),
        passwords=options.flag("passwords", default=False),
        password_attribute=options.text("password_attribute", ""),
        writable=writable,
        new_entries_dn=options.text("new_entries_dn", "") or base_dn,
        object_classes=options.texts("object_classes", LdapConfig.object_classes),
        page_size=options.number("page_size", 500, most=10_000),
        connect_timeout=options.number("connect_timeout", 5, most=60),
        receive_timeout=options.number("receive_timeout", 10, most=60),
    )
    options.nothing_else()
    _check_together(options, config)
    return config


def _check_together(options: Options, config: LdapConfig) -> None:
    if bool(config.bind_dn) != bool(config.bind_password):
        raise options.wrong(
            "bind_password", "bind_dn and its password belong together", "both, or none for an anonymous bind"
        )
    if config.starttls and any(url.startswith("ldaps:") for url in config.urls):
        raise options.wrong("starttls", "ldaps:// is encrypted from the start", "starttls with ldap:// only")
    if config.writable and config.passwords and not config.password_attribute:
        # Whom a mail made has none, and would get links that end at a password form.
        raise options.wrong(
            "password_attribute",
            "missing, and new customer users have no password",
            "the attribute whose presence says that somebody has one, such as userPassword",
        )


def _urls(options: Options) -> tuple[str, ...]:
    urls = options.texts("url")
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in {"ldap", "ldaps"} or not parts.hostname or parts.path.strip("/") or _bad_port(url):
            raise options.wrong("url", f"{url!r} is no URL of a directory", _URLS)
    return urls


def _bad_port(url: str) -> bool:
    try:
        return urlsplit(url).port == 0
    except ValueError:
        return True


def _filter(options: Options) -> str:
    text = options.text("filter", LdapConfig.filter)
    from ldap3.core.exceptions import LDAPExceptionError
    from ldap3.operation.search import parse_filter

    try:
        parse_filter(text, None, None, None, None, None)
    except LDAPExceptionError as error:
        raise options.wrong("filter", f"{text!r} is no LDAP filter", "a filter such as (objectClass=person)") from error
    return text


def _ca_file(options: Options) -> str:
    path = options.text("ca_file", "")
    if path and not Path(path).is_file():
        raise options.wrong("ca_file", f"{path!r} is not there", "a file of certificates in PEM form")
    return path


def _attributes(options: Options) -> Mapping[str, str]:
    names = {field: options.text(field, default) for field, default in _ATTRIBUTES.items()}
    for name in _NEEDED:
        if not names[name]:
            raise options.wrong(name, "empty", "the name of an attribute")
    options.nothing_else()
    return names


def _validity(options: Options, *, writable: bool) -> Validity:
    validity = Validity(
        options.text("valid_attribute", ""),
        options.text("valid_value", ""),
        options.text("invalid_value", ""),
        options.number("disabled_bit", 0, least=0, most=2**31),
    )
    enough = ("valid_value and invalid_value" if writable else "valid_value or invalid_value") + ", or disabled_bit"
    values = [bool(validity.valid_value), bool(validity.invalid_value)]
    told = bool(validity.disabled_bit) or (all(values) if writable else any(values))
    if bool(validity.attribute) != told:
        raise options.wrong("valid_attribute", "it and its values belong together", enough)
    return validity
