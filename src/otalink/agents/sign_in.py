"""Agents: who may use the desk's pages, how they sign in and out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import auth
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

_View = Callable[..., HttpResponseBase]


def agents_only(view: _View) -> _View:
    """Lets agents through, in English, and sends everybody else to the sign-in page."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and getattr(request.user, "is_staff", False)):
            return redirect(reverse("desk:sign-in", query={"next": request.path} if request.method == "GET" else None))
        with translation.override("en"):
            return view(request, **kwargs)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The agents' sign-in page."""
    name, failed = request.POST.get("username", "").replace("\0", "")[:150], request.method == "POST"
    if request.method == "POST":
        user = auth.authenticate(request, username=name, password=request.POST.get("password", ""))
        if user is not None and getattr(user, "is_staff", False):
            auth.login(request, user)
            return redirect(_next_page(request))
    with translation.override("en"):
        return render(request, "agents/sign_in.html", {"failed": failed, "name": name}, status=403 if failed else 200)


def _next_page(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "desk:tickets"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the agent's session."""
    auth.logout(request)
    return redirect("desk:sign-in")
