"""How every page of the portal is answered: in the customer's language and local time, kept by no cache."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation

from otalink.customers.types import CustomerUser

_UTC = ZoneInfo("UTC")


class SeeOther(HttpResponseRedirect):
    """A redirect that always becomes a GET."""

    status_code = 303


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    customer: CustomerUser | None = None,
    signed_in: bool = False,
    status: int = 200,
) -> HttpResponse:
    """A page for `customer`, or for somebody unknown in the language their browser asks for."""
    language, zone = language_of(customer), _zone_of(customer)
    # Whose zone nobody knows reads times in UTC, and is told so.
    shown = {"customer": customer, "signed_in": signed_in, "zone": " UTC" if zone is _UTC else "", **(context or {})}
    with translation.override(language), timezone.override(zone):
        response = render(request, f"portal/{template}.html", shown, status=status)
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    return response


def language_of(customer: CustomerUser | None) -> str:
    """The code of the language to speak with a customer user: theirs if we speak it, else the browser's."""
    if customer and customer.language:
        try:
            return translation.get_supported_language_variant(customer.language.lower())
        except LookupError:
            pass
    return translation.get_language() or "en"


def _zone_of(customer: CustomerUser | None) -> ZoneInfo:
    if customer is None or not customer.time_zone:
        return _UTC
    try:
        return ZoneInfo(customer.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC
