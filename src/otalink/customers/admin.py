"""Customer users of the database backend in `/admin`."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from otalink.customers.models import CustomerUserRecord


@admin.register(CustomerUserRecord)
class CustomerUserAdmin(ModelAdmin):
    """Names, language and validity; who somebody is (login, backend) does not change."""

    list_display = ("login", "first_name", "last_name", "customer_id", "valid", "backend", "created")
    list_filter = ("valid", "backend")
    search_fields = ("login", "email", "first_name", "last_name", "customer_id")
    readonly_fields = ("backend", "login", "created", "changed")
    ordering = ("login",)
    show_full_result_count = False

    def has_add_permission(self, _request: object) -> bool:
        """A mail makes customer users; a row typed here would belong to no backend."""
        return False
