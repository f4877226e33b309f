"""The bare Django view that redemption is held against: the same UPDATE and a session INSERT, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from otalink.tokens.issue import digest_of
from otalink.tokens.models import LIVE_STATES, Token, TokenState


def redeem(request: HttpRequest, secret: str) -> HttpResponse:
    """Mark the token, start a Django session, send the customer on."""
    taken = Token.objects.filter(digest=digest_of(secret), state__in=LIVE_STATES).update(
        state=TokenState.REDEEMED, changed=timezone.now()
    )
    if taken == 1:
        request.session["customer"] = secret[:8]
    return HttpResponse(status=303, headers={"Location": "/tickets/", "Content-Length": "0"})


urlpatterns = [path("l/<str:secret>", redeem)]
