"""Pages for requests we refuse."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """A form that did not come from our own page, or was kept too long."""
    return render(request, "portal/refused.html", status=403)
