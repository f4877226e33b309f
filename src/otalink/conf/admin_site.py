"""The admin site: the theme's own, under a content security policy that the theme can work with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

# The theme evaluates expressions in its own attributes and sets styles from them. Scripts still come from us alone, and
# only staff see these pages.
_POLICY: dict[str, list[str]] = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
}


class Site(UnfoldAdminSite):
    """`/admin`; it begins with the settings, since tickets and customers have the desk's own pages."""

    def index(  # type: ignore[override]  # a redirect where the theme always renders
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The settings, or the list of what else there is for somebody who may not see them."""
        if request.user.has_perm("sysconfig.view_storedvalue"):
            return redirect("admin:sysconfig_storedvalue_changelist")
        response: HttpResponse = super().index(request, extra_context)
        return response

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Every page for somebody who is signed in."""
        return _in_english(csp_override(_POLICY)(super().admin_view(view, cacheable)))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The sign-in page, the only one outside `admin_view`."""
        response: HttpResponse = _in_english(csp_override(_POLICY)(super().login))(request, extra_context)
        return response


def _in_english(view: Callable[..., Any]) -> Callable[..., Any]:
    """Like all of the agents' pages: half of a page in the browser's language would help nobody."""

    @wraps(view)
    def in_english(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # Until the next request chooses its own: these pages are rendered after their view has returned.
        translation.activate("en")
        return view(request, *args, **kwargs)

    return in_english
