"""How `/admin` looks and what its menu offers; Django's settings hand this to the theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy


def _may_view(permission: str) -> Callable[[HttpRequest], bool]:
    app, _, model = permission.partition(".")
    return lambda request: request.user.has_perm(f"{app}.view_{model}")


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    url = reverse_lazy(f"admin:{model.replace('.', '_')}_changelist")
    return {"title": title, "icon": icon, "link": url, "permission": _may_view(model)}


def _is_journal(request: HttpRequest) -> bool:
    # The quarantine has an item of its own, and lies below.
    return request.path.startswith("/admin/postmaster/journalentry/") and "/quarantine/" not in request.path


# What the pages say above their title; the items of the menu are grouped differently.
APPLICATIONS = {
    "auth": "Agents",
    "customers": "Customers",
    "django_tasks_database": "System",
    "minidesk": "Desk",
    "notifications": "Mail to customers",
    "otobo": "OTOBO",
    "oidc": "OpenID",
    "postmaster": "Mail intake",
    "sysconfig": "System",
    "tokens": "Links",
}

# The portal's green, from light to dark.
_BRAND = {
    "50": "#eef6f6",
    "100": "#d9ecec",
    "200": "#b5d9da",
    "300": "#86c2c4",
    "400": "#68b6ba",
    "500": "#45a3a8",
    "600": "#0f6269",
    "700": "#0b4c52",
    "800": "#0a3f44",
    "900": "#08343a",
    "950": "#041f23",
}

_UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "otalink",
    "SITE_HEADER": "otalink",
    "SITE_SUBHEADER": "Administration",
    "SITE_FAVICONS": [{"rel": "icon", "href": "/static/portal/icon.svg", "type": "image/svg+xml"}],
    "COLORS": {"primary": _BRAND},
    "SITE_URL": "/desk/",
    "SHOW_HISTORY": True,
    "STYLES": ["/static/sysconfig/admin.css"],
    "SIDEBAR": {
        "navigation": [
            {
                "title": "System",
                "items": [
                    _item("Settings", "tune", "sysconfig.storedvalue"),
                    _item("Background tasks", "task", "django_tasks_database.dbtaskresult"),
                ],
            },
            {
                "title": "Desk",
                "items": [
                    _item("Queues", "inbox", "minidesk.queue"),
                    _item("Tickets", "confirmation_number", "minidesk.ticket"),
                    _item("Dynamic fields", "checklist", "minidesk.dynamicfield"),
                ],
            },
            {
                "title": "OTOBO",
                "items": [_item("Replies", "reply", "otobo.queuedreply")],
            },
            {
                "title": "Customers",
                "items": [
                    _item("Customer users", "group", "customers.customeruserrecord"),
                    _item("Further addresses", "alternate_email", "customers.secondaryaddress"),
                    _item("Merged customer users", "merge", "customers.mergedlogin"),
                    _item("Pending senders", "hourglass_top", "customers.pendingsender"),
                    _item("Tokens", "key", "tokens.token"),
                    _item("Code only", "pin", "tokens.recipientprofile"),
                    _item("Audit trail", "history", "tokens.auditentry"),
                    _item("OpenID clients", "apps", "oidc.client"),
                    _item("OpenID audit trail", "history", "oidc.openidentry"),
                ],
            },
            {
                "title": "Mail",
                "items": [
                    _item("Notifications", "mail", "notifications.notification"),
                    _item("Outgoing mail", "outbox", "notifications.outboxmail"),
                    _item("Undeliverable addresses", "mail_off", "notifications.undeliverableaddress"),
                    _item("Mail accounts", "mark_email_unread", "postmaster.mailaccount"),
                    {**_item("Journal", "move_to_inbox", "postmaster.journalentry"), "active": _is_journal},
                    {
                        "title": "Quarantine",
                        "icon": "shield",
                        "link": reverse_lazy("admin:postmaster_quarantine"),
                        "permission": lambda request: request.user.has_perm("postmaster.view_quarantine"),
                    },
                ],
            },
            {
                "title": "Agents",
                "items": [_item("Agents", "support_agent", "auth.user"), _item("Roles", "badge", "auth.group")],
            },
        ],
    },
}


def theme(*, keeps_tickets: bool) -> dict[str, Any]:
    """What the theme is told; the menu offers the records of tickets, or those of the companion of another desk."""
    absent = "OTOBO" if keeps_tickets else "Desk"
    menu = [part for part in _UNFOLD["SIDEBAR"]["navigation"] if part["title"] != absent]
    return {**_UNFOLD, "SIDEBAR": {"navigation": menu}}
