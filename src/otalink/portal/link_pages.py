"""The pages of a link: one form that opens the ticket or asks for a new link, and the four messages of a refusal.

A link that needs its code tells whoever opens it nothing: machines open it too.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from otalink.common.languages import translatable
from otalink.customers.types import CustomerUser
from otalink.portal.errors import minutes
from otalink.portal.pages import language_of, page
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import Setting, in_language
from otalink.tokens import redeem
from otalink.tokens.redeem import Inspection, Standing

_Message = Setting[dict[str, str]]
_WRONG = translatable("This code does not fit. Please type the one that stands in the same mail as this link.")
_ENDED = translatable("The code of this mail is no longer valid.")
_STATUSES = {Standing.REPLACED: 410}


def show(request: HttpRequest, link: Inspection) -> HttpResponse:
    """What a link is worth now, and what can be done with it."""
    text = _words(declarations.MESSAGE_WRONG_LINK, _customer(link)) if link.standing is Standing.REPLACED else ""
    return _page(request, link, status=_STATUSES.get(link.standing, 200), text=text)


def wrong_code(request: HttpRequest, link: Inspection, *, is_ended: bool) -> HttpResponse:
    """Somebody typed a code that does not sign in."""
    with override(language_of(_customer(link))):
        error = gettext(_ENDED if is_ended else _WRONG)
    return _page(request, link, status=410 if is_ended else 403, error=error)


def not_mailed(request: HttpRequest, link: Inspection, seconds: int) -> HttpResponse:
    """No new link could be mailed; `seconds` says when one may be asked for again, 0 where nobody knows."""
    text = _words(declarations.MESSAGE_REFRESH_FAILED, _customer(link))
    with override(language_of(_customer(link))):
        when = _("You can ask for another one in %(minutes)s min.") % {"minutes": minutes(seconds)} if seconds else ""
    response = _page(request, link, status=410, text=text, when=when)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def message(request: HttpRequest, setting: _Message, link: Inspection, status: int) -> HttpResponse:
    """A page with one of the messages alone."""
    customer = _customer(link)
    context = {"text": _words(setting, customer), "sent": setting is declarations.MESSAGE_NEW_LINK}
    return page(request, "link_message", context, customer=customer, status=status)


def expired(request: HttpRequest) -> HttpResponse:
    """The page for a ticket that lets this person in no more."""
    return message(request, declarations.MESSAGE_LINK_EXPIRED, redeem.INVALID, 404)


def _page(
    request: HttpRequest, link: Inspection, *, status: int, text: str = "", error: str = "", when: str = ""
) -> HttpResponse:
    context = {
        "ticket": link.entrance.ticket if link.entrance else None,
        "names_nobody": link.names_nobody,
        "is_live": link.standing is Standing.LIVE,
        "is_code_only": link.standing is Standing.CODE_ONLY,
        "takes_code": link.takes_code,
        "text": text,
        "error": error,
        "when": when,
    }
    return page(request, "link", context, customer=_customer(link), status=status)


def _customer(link: Inspection) -> CustomerUser | None:
    return link.entrance.customer if link.entrance else None


def _words(setting: _Message, customer: CustomerUser | None) -> str:
    return in_language(store.get(setting), language_of(customer))
