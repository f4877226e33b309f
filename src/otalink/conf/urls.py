"""All URLs. The desk's own pages are named by their module, so that nothing imports the desk."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from otalink.conf import health

admin.autodiscover()

urlpatterns = [
    path("admin/", admin.site.urls),
    path("desk/", include("otalink.desk_pages.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("otalink.portal.urls")),
]

handler400 = "otalink.portal.errors.bad_request"
handler403 = "otalink.portal.errors.forbidden"
handler404 = "otalink.portal.errors.not_found"
handler500 = "otalink.portal.errors.server_error"
