"""The LDAP backend: customer users in a directory, only read or also written."""

from __future__ import annotations

import bisect
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from otalink.customers.backends.ldap.config import LdapConfig
from otalink.customers.backends.ldap.entries import Directory, Entry
from otalink.customers.types import (
    BackendReadOnly,
    BackendUnavailable,
    CustomerUser,
    CustomerUserExists,
    CustomerUserUnknown,
)

# Attributes that must be there, such as sn, hold this where a person's name says nothing.
EMPTY = "-"
# A walk through `list` sees the logins as they were at its start, if it takes no longer per page.
LISTING_SECONDS = 60.0
# So many conditions a filter may have.
_AT_ONCE = 200


def configured(name: str) -> LdapBackend:
    """The backend of that name in the boot configuration."""
    config: LdapConfig = settings.OTALINK_CUSTOMER_BACKEND_OPTIONS[name]
    return LdapBackend(name, config)


class LdapBackend:
    """One named set of customer users: the entries below the base that match the filter and have login and e-mail."""

    def __init__(self, name: str, config: LdapConfig) -> None:
        self.name = name
        self._config = config
        self._names = config.attributes
        self._directory = Directory(config)
        self._listing: tuple[float, list[str]] = (0.0, [])
        wanted = {*self._names.values(), config.validity.attribute, config.password_attribute}
        self._wanted = sorted(wanted - {""})

    def find_by_email(self, email: str) -> list[CustomerUser]:
        """See `CustomerUserBackend`."""
        found = self._entries(self._names["email"], [email])
        # Somebody may have several addresses; whoever asks for one of them is told that one.
        return [replace(self._user(entry), email=email.lower()) for entry in found]

    def find_by_login(self, login: str) -> CustomerUser | None:
        """See `CustomerUserBackend`."""
        entry = self._entry(login)
        return self._user(entry) if entry else None

    def _entry(self, login: str) -> Entry | None:
        return next(iter(self._entries(self._names["login"], [login])), None)

    def _known(self, login: str) -> Entry:
        if entry := self._entry(login):
            return entry
        raise CustomerUserUnknown(f"no customer user {login!r}")

    def _entries(self, attribute: str, values: Collection[str]) -> list[Entry]:
        """The people for whom that attribute has one of the values."""
        sought, found = sorted({value.lower() for value in values if value}), []

        def wanted(entry: Entry) -> Entry | None:
            # The directory may compare more loosely than we do: it may skip spaces, or take "é" for "e".
            return entry if self._login_of(entry) and not entry.folded(attribute).isdisjoint(sought) else None

        for start in range(0, len(sought), _AT_ONCE):
            condition = "".join(f"({attribute}={escaped(value)})" for value in sought[start : start + _AT_ONCE])
            found += self._directory.search(f"(|{condition})", self._wanted, wanted)
        return found

    def _login_of(self, entry: Entry) -> str | None:
        """The login of somebody, None for an entry that is no customer user."""
        return (entry.first(self._names["email"]) and entry.first(self._names["login"]).lower()) or None

    def _user(self, entry: Entry) -> CustomerUser:
        def first(field: str) -> str:
            value = entry.first(self._names[field])
            return "" if value == EMPTY else value

        config = self._config
        return CustomerUser(
            login=first("login").lower(),
            email=first("email").lower(),
            customer_id=first("customer_id"),
            first_name=first("first_name"),
            last_name=first("last_name"),
            valid=config.validity.says_valid(entry.all(config.validity.attribute)),
            language=_first_language(first("language")),
            time_zone=first("time_zone"),
            has_password=self._has_password(entry),
            backend=self.name,
        )

    def _has_password(self, entry: Entry) -> bool:
        attribute = self._config.password_attribute
        return self._config.passwords and (not attribute or bool(entry.all(attribute)))

    def add(self, user: CustomerUser) -> CustomerUser:
        """See `CustomerUserBackend`."""
        self._require_writable()
        if self._entry(user.login):
            raise CustomerUserExists(f"the login {user.login!r} is taken")
        login = user.login.lower()
        self._directory.add(f"{self._names['login']}={escaped(login)},{self._config.new_entries_dn}", self._new(user))
        if added := self.find_by_login(login):
            return added
        raise BackendUnavailable(f"the directory does not show {login!r}, just added; check filter and base_dn")

    def _new(self, user: CustomerUser) -> dict[str, Any]:
        names, validity = self._names, self._config.validity
        # A later field wins where two have one attribute.
        attributes = {
            "cn": user.full_name,
            names["first_name"]: user.first_name,
            names["language"]: user.language,
            names["time_zone"]: user.time_zone,
            names["customer_id"]: user.customer_id,
            names["last_name"]: user.last_name or EMPTY,
            names["email"]: user.email.lower(),
            names["login"]: user.login.lower(),
        }
        if validity.attribute:
            attributes[validity.attribute] = validity.value_for((), valid=user.valid)
        given = {name.lower(): value for name, value in attributes.items() if name and value}
        return {"objectClass": list(self._config.object_classes), **given}

    def set_valid(self, login: str, valid: bool) -> None:
        """See `CustomerUserBackend`."""
        self._require_writable()
        validity, entry = self._config.validity, self._known(login)
        if not validity.attribute:
            raise BackendReadOnly(f"the backend {self.name!r} names no valid_attribute")
        value = validity.value_for(entry.all(validity.attribute), valid=valid)
        self._directory.replace(entry.dn, validity.attribute, value)

    def set_preferences(self, login: str, *, language: str = "", time_zone: str = "") -> None:
        """See `CustomerUserBackend`."""
        self._require_writable()
        entry = self._known(login)
        for field, value in (("language", language), ("time_zone", time_zone)):
            if value and not self._names[field]:
                raise BackendReadOnly(f"the backend {self.name!r} has no attribute for {field}")
            if value:
                self._directory.replace(entry.dn, self._names[field], value)

    def delete(self, login: str) -> None:
        """See `CustomerUserBackend`."""
        self._require_writable()
        self._directory.delete(self._known(login).dn)

    def delete_many(self, logins: Collection[str]) -> int:
        """See `CustomerUserBackend`. A directory deletes one by one; they are found together."""
        self._require_writable()
        deleted = 0
        for entry in self._entries(self._names["login"], logins):
            with suppress(CustomerUserUnknown):
                self._directory.delete(entry.dn)
                deleted += 1
        return deleted

    def check_password(self, login: str, password: str) -> bool:
        """See `CustomerUserBackend`. The directory itself checks it, by a bind."""
        # A bind without a password succeeds everywhere, and proves nothing.
        if not password or not self._config.passwords:
            make_password(password)  # the work of a backend that keeps passwords, so that timing tells nothing
            return False
        entry = self._entry(login)
        unknown = f"{self._names['login']}={escaped(login)},{self._config.base_dn}"
        accepted = self._directory.accepts(entry.dn if entry else unknown, password)
        return bool(accepted and entry and self._user(entry).valid)

    def _page(self, logins: Sequence[str], limit: int) -> list[CustomerUser]:
        for start in range(0, len(logins), limit):
            entries = self._entries(self._names["login"], logins[start : start + limit])
            if entries:  # a page of people who have gone meanwhile is not the end
                return sorted((self._user(entry) for entry in entries), key=lambda user: user.login)
        self._listing = (0.0, [])
        return []

    def close(self) -> None:
        """Give up the connections that are kept; the next call opens one."""
        self._directory.close()

    def _logins(self) -> list[str]:
        login, email = self._names["login"], self._names["email"]
        return sorted(set(self._directory.search(f"(&({login}=*)({email}=*))", [login, email], self._login_of)))

    def _require_writable(self) -> None:
        if not self._config.writable:
            raise BackendReadOnly(f"the backend {self.name!r} is read only")

    def list(self, after: str = "", limit: int = 200) -> list[CustomerUser]:
        """See `CustomerUserBackend`. Directories sort nothing, so the logins are fetched once for all pages."""
        made, logins = self._listing
        if not after or time.monotonic() - made > LISTING_SECONDS:
            logins = self._logins()
        self._listing = (time.monotonic(), logins)
        return self._page(logins[bisect.bisect_right(logins, after) :], limit)


def _first_language(value: str) -> str:
    # preferredLanguage may be a whole preference, as browsers send it: "de-AT, en;q=0.8" (RFC 2798).
    return value.partition(",")[0].partition(";")[0].strip()


def escaped(value: str) -> str:
    r"""A value as it stands in a filter or a name: all but letters and digits as \xx, so that nothing has a meaning."""
    octets = value.encode("utf-8", "replace")
    return "".join(
        chr(octet) if chr(octet).isascii() and chr(octet).isalnum() else f"\\{octet:02x}" for octet in octets
    )
