"""How `/admin` shows records of what happened: to read only, with the ways to the ticket and the customer user."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin


def ticket_link(number: str) -> str:
    """A ticket's number, which leads to its page where this desk has one."""
    try:
        url = reverse("desk:ticket", args=[number])
    except NoReverseMatch:
        return number
    return format_html('<a class="record-link" href="{}">{}</a>', url, number)


class ReadOnlyAdmin(ModelAdmin):
    """Records of what happened: nobody adds, changes or deletes one by hand.

    `shown_ticket` and `shown_customer` are columns for records that have a `ticket_number` and a `customer_login`.
    """

    show_full_result_count = False

    def has_add_permission(self, _request: object) -> bool:
        """Events write these records."""
        return False

    def has_change_permission(self, _request: object, _obj: object = None) -> bool:
        """What happened, happened."""
        return False

    def has_delete_permission(self, _request: object, _obj: object = None) -> bool:
        """Something still counts or finds them."""
        return False

    @admin.display(description="ticket", ordering="ticket_number")
    def shown_ticket(self, record: Any) -> str:
        """The way to the ticket."""
        return ticket_link(record.ticket_number)

    @admin.display(description="customer user", ordering="customer_login")
    def shown_customer(self, record: Any) -> str:
        """The way to what there is about the person."""
        if not record.customer_login:
            return ""
        url = reverse("admin:customers_customeruserrecord_changelist")
        query = urlencode({"q": record.customer_login})
        return format_html('<a class="record-link" href="{}?{}">{}</a>', url, query, record.customer_login)
