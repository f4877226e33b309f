"""What needs looking after, in the header of every page of the agents."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import User
from django.urls import reverse

from otalink.maintenance.problems import problems as all_problems

register = template.Library()

# Where somebody looks after it, and the permission they need there; what is looked after on the machine is in neither.
_PAGES = {
    "not-delivered": ("desk:tickets", "?state=not-delivered", ""),
    "quarantined": ("admin:postmaster_quarantine", "", "postmaster.view_quarantine"),
    "accounts": ("admin:postmaster_mailaccount_changelist", "", "postmaster.view_mailaccount"),
}


@register.inclusion_tag("agents/problems.html")
def problems(user: User) -> dict[str, Any]:
    """The problems there are, each with the page where this user may look after it."""
    return {"problems": [(problem, _url(problem.kind, user)) for problem in all_problems()]}


def _url(kind: str, user: User) -> str:
    if kind not in _PAGES:
        return ""
    name, query, permission = _PAGES[kind]
    return reverse(name) + query if not permission or user.has_perm(permission) else ""
