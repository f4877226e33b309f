"""All addresses. The desk's own pages are named by their module, so that nothing imports the desk."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

admin.autodiscover()

urlpatterns = [
    path("admin/", admin.site.urls),
]
