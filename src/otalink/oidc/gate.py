"""Whether the provider is on; where it is off, there is nothing, and nothing of its libraries is loaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from otalink.sysconfig import declarations, store

_View = Callable[[HttpRequest], HttpResponse]


def page(name: str) -> _View:
    """The view `module.function` of this package, imported when it is first asked for."""

    def view(request: HttpRequest) -> HttpResponse:
        if not store.get(declarations.OPENID_ACTIVE):
            raise Http404
        answer: Any = import_string(f"otalink.oidc.{name}")
        response: HttpResponse = answer(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return view


def from_elsewhere(name: str) -> _View:
    """The same for requests that come from other programs: those prove by themselves who they are."""
    view = page(name)

    @csrf_exempt
    @wraps(view)
    def exempt(request: HttpRequest) -> HttpResponse:
        return view(request)

    return exempt
