"""The run-time settings of the OpenID provider."""

from __future__ import annotations

from typing import Any

from otalink.sysconfig.setting import InvalidValue, Setting, boolean, text

_NAVIGATION = "Core::Auth::OpenIDProvider"


def _address(value: Any) -> str:
    line = text(value)
    # Whoever sends looks closer; here, a name instead of an address is found.
    if line and ("@" not in line or " " in line):
        raise InvalidValue(f"an e-mail address is needed, or nothing, not {value!r}")
    return line


OPENID_ACTIVE = Setting(
    name="OpenIDProvider::Active",
    navigation=_NAVIGATION,
    default=False,
    parse=boolean,
    kind="1 or 0",
    help="Whether customers can sign in to other portals here, which `otalink oidc client add` admits. While it is "
    "off, there is nothing at /oidc/.",
)

OPENID_LINK_IS_ENOUGH = Setting(
    name="OpenIDProvider::LinkIsEnough",
    navigation=_NAVIGATION,
    default=False,
    parse=boolean,
    kind="1 or 0",
    help="Whether somebody who opened one ticket by its link is signed in to other portals without a code by mail. "
    "Those open everything of the person: whoever passes such a link on passes all of it on.",
)

OPENID_SENDER_ADDRESS = Setting(
    name="OpenIDProvider::SenderAddress",
    navigation=_NAVIGATION,
    default="",
    parse=_address,
    kind="e-mail address",
    help="Who mails the sign-in codes. Empty: the address of the queue of the person's newest ticket, or `noreply` at "
    "the host of OTALINK_BASE_URL for somebody who has none.",
)
