"""The authorization endpoint: sends whoever is signed in for everything on with a code, and lets others sign in first.

It has to make the code in a GET, since that is how browsers come; all a stranger can make one do is send a code to the
client's own address, which takes it only for a request of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from authlib.oauth2 import OAuth2Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otalink.customers import directory
from otalink.limits import rate_limits
from otalink.oidc import audit, codes, redirects
from otalink.oidc.codes import Grant
from otalink.oidc.models import Client, OpenIDEvent
from otalink.oidc.proof import pages
from otalink.oidc.provider import FlowRequest, provider, unsupported
from otalink.portal import access, errors, sessions
from otalink.portal.access import Visitor
from otalink.portal.models import CustomerSession
from otalink.portal.pages import SeeOther
from otalink.sysconfig import declarations, store

_PROMPTS = {"none", "login", "consent", "select_account"}
_LONGEST_QUERY = 4_000


@dataclass(frozen=True)
class Asked:
    """A request that is valid: what for, and when somebody has to sign in anew for it."""

    grant: Grant
    query: str
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str = ""

    @property
    def client(self) -> Client:
        """Whose request it is."""
        return self.grant.client


class Refused(Exception):
    """A request that is not valid; `response` tells the client, or the browser where the client cannot be trusted."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Core 1.0, 3.1.2."""
    if request.method == "POST":
        # It came from elsewhere, so without our cookies; the browser comes back with them.
        return SeeOther(f"{reverse('oidc-authorize')}?{request.body[:_LONGEST_QUERY].decode('latin-1')}")
    try:
        asked = read(request)
    except Refused as refused:
        return refused.response
    session = sessions.find(request)
    customer = directory.find_valid(session.customer_login) if session else None
    if session and customer and _is_enough(Visitor(session, customer), asked):
        return send_back(request, asked, session)
    if "none" in asked.prompts:
        return _tell(asked.grant.redirect_uri, "login_required", asked.query)
    return pages.address(request, asked.client, asked.grant.redirect_uri, asked.login_hint)


def read(request: HttpRequest) -> Asked:
    """What a request asks for, by its query.

    Raises:
        Refused
    """
    query = request.META.get("QUERY_STRING", "")
    if len(query) > _LONGEST_QUERY:
        raise Refused(_page(request))
    try:
        flow = _checked(request)
    except OAuth2Error as error:
        raise Refused(_told(request, error, query)) from None
    except ValueError:  # what Authlib would not repeat
        raise Refused(_page(request)) from None
    sent, redirect_uri = flow.payload.data, str(flow.payload.redirect_uri)
    prompts = frozenset(sent.get("prompt", "").split())
    max_age = sent.get("max_age", "")
    is_odd = not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1)
    is_odd = (
        is_odd
        or "\0" in "".join(sent.values())
        or (bool(max_age) and not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10))
    )
    if problem := unsupported(sent) or ("invalid_request" if is_odd else ""):
        raise Refused(_tell(redirect_uri, problem, query))
    grant = Grant(flow.client.row, redirect_uri, str(flow.scope), sent.get("nonce", ""), sent.get("code_challenge", ""))
    return Asked(grant, query, prompts, int(max_age) if max_age else None, sent.get("login_hint", "")[:200])


def send_back(request: HttpRequest, asked: Asked, session: CustomerSession) -> HttpResponse:
    """To the client, with a code for whoever has this session."""
    login = session.customer_login
    if not rate_limits.take(rate_limits.OPENID_CODES_PER_LOGIN, login):
        return errors.too_many(request, rate_limits.seconds_left(rate_limits.OPENID_CODES_PER_LOGIN, login))
    code = codes.issue(asked.grant, session)
    audit.record(OpenIDEvent.AUTHORIZED, request, client_id=asked.client.client_id, customer_login=login)
    return _redirect(redirects.with_answer(asked.grant.redirect_uri, {"code": code}, asked.query))


def _checked(request: HttpRequest) -> FlowRequest:
    server = provider()
    flow = server.create_oauth2_request(request)
    server.get_authorization_grant(flow).validate_authorization_request()
    return flow


def _is_enough(who: Visitor, asked: Asked) -> bool:
    """Whether this session vouches for all of the person, and freshly enough."""
    session = who.session
    if asked.prompts & {"login", "select_account"}:
        return False
    age = (timezone.now() - session.created).total_seconds()
    if asked.max_age is not None and age > asked.max_age:
        return False
    # Where a link is enough, it is as long as it opens its ticket.
    return session.all_tickets or (store.get(declarations.OPENID_LINK_IS_ENOUGH) and bool(access.tickets(who)))


def _told(request: HttpRequest, error: OAuth2Error, query: str) -> HttpResponse:
    # Authlib names a redirect URI where it found it to be the client's.
    if error.redirect_uri:
        return _tell(error.redirect_uri, error.error, query, error.get_error_description() or "")
    return _page(request)


def _tell(redirect_uri: str, error: str, query: str, description: str = "") -> HttpResponse:
    answer = {"error": error, "error_description": description}
    return _redirect(redirects.with_answer(redirect_uri, answer, query))


def _redirect(url: str) -> HttpResponse:
    response = SeeOther(url)
    # A form of ours may lead here, which our policy else keeps on this site.
    redirects.allow_forms_to(response, url)
    return response


def _page(request: HttpRequest) -> HttpResponse:
    text = _("The page that sent you here asked for something we cannot take. Please tell whoever runs that page.")
    return errors.refused(request, 400, _("That did not work"), text)
