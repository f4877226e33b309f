"""All URLs. The pages of agents come with the desk that the boot configuration names."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from otalink.conf import health

admin.autodiscover()

urlpatterns = [
    path("admin/", admin.site.urls),
    path("desk/", include(settings.OTALINK_DESK_URLS)),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("oidc/", include("otalink.oidc.urls")),
    *([path("", include(settings.OTALINK_DESK_CUSTOMERS_URLS))] if settings.OTALINK_DESK_CUSTOMERS_URLS else []),
    path("", include("otalink.portal.urls")),
]

handler400 = "otalink.portal.errors.bad_request"
handler403 = "otalink.portal.errors.forbidden"
handler404 = "otalink.portal.errors.not_found"
handler500 = "otalink.portal.errors.server_error"
