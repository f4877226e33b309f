"""The page that says where agents work, where that is not here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otalink.agents.sign_in import agents_only


@require_safe
@agents_only
def page(request: HttpRequest, number: str = "") -> HttpResponse:
    """Say that tickets are worked on in the other system; `number` is that of the one somebody wanted."""
    return render(request, "agents/elsewhere.html", {"number": number})
