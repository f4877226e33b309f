"""The URLs that only an installation beside an OTOBO answers."""

from __future__ import annotations

from django.urls import path

from otalink.otobo import ticket_links

urlpatterns = [path("otobo/customer.pl", ticket_links.customer_pl)]
