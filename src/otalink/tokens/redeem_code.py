"""Typing the code of a mail: it signs in once, whoever pressed the button of that mail before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from otalink.common import prepared_sql
from otalink.customers import provisional
from otalink.tokens import audit, codes
from otalink.tokens.models import AuditEvent, Token, TokenState
from otalink.tokens.redeem import AndThen, Inspection, Standing, inspect

# Counted before it is compared: however many try at once, no more than that are compared.
_COUNT = "UPDATE tokens_token SET code_tries = code_tries + 1 WHERE id = %s AND code_tries < %s AND code <> ''"
# Taking the code ends the link too: nothing else of that mail signs in from now on.
_TAKE = "UPDATE tokens_token SET state = %s, code = '', changed = %s WHERE id = %s AND code = %s"


class Typed(Enum):
    """What came of a code."""

    RIGHT = auto()  # this call, and no other, took it
    WRONG = auto()
    UNREADABLE = auto()  # not eight digits, so that no try was counted
    ENDED = auto()  # used, tried too often, too old, revoked, or the mail never had one


@dataclass(frozen=True)
class TypedCode:
    """What came of a code, and the link it was typed at as it is now; an INVALID one has no code."""

    typed: Typed
    link: Inspection


def redeem_code(secret: str, code: str, client_ip: str = "", and_then: AndThen | None = None) -> TypedCode:
    """Sign in by the code of the mail that the link stood in.

    `client_ip` and `and_then` are those of `redeem`.

    Raises:
        BackendUnavailable, DeskUnavailable: nothing was redeemed.
    """
    link = inspect(secret)
    token = link.token
    if token is None or link.standing is Standing.INVALID:
        return TypedCode(Typed.ENDED, link)
    digits = codes.typed(code)
    if not digits:
        return TypedCode(Typed.UNREADABLE, link)
    if link.takes_code and prepared_sql.execute(_COUNT, token.pk, codes.MOST_TRIES):
        stored = codes.hash_of(digits, token.digest)
        if not constant_time_compare(stored, token.code):
            return _refused(secret, token, client_ip)
        if _take(link, token, client_ip, and_then):
            return TypedCode(Typed.RIGHT, link)
        link = inspect(secret)
    audit.record(AuditEvent.REFUSED, [token], client_ip)
    return TypedCode(Typed.ENDED, link)


def _refused(secret: str, token: Token, client_ip: str) -> TypedCode:
    audit.record(AuditEvent.WRONG_CODE, [token], client_ip)
    link = inspect(secret)
    return TypedCode(Typed.WRONG if link.takes_code else Typed.ENDED, link)


@transaction.atomic
def _take(link: Inspection, token: Token, client_ip: str, and_then: AndThen | None) -> bool:
    if not prepared_sql.execute(_TAKE, TokenState.REDEEMED.value, timezone.now(), token.pk, token.code):
        return False
    audit.record(AuditEvent.CODE_TYPED, [token], client_ip)
    provisional.confirm([token.customer_login])
    if and_then:
        and_then(link)
    return True
