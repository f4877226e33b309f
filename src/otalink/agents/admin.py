"""Agents and their roles in `/admin`: Django's users and groups in the theme's clothes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

admin.site.unregister([User, Group])


@admin.register(User)
class AgentAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """Whoever may sign in to the desk's pages: everybody who is added here."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "email", "shown_state", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    readonly_fields = ("shown_password", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "shown_password", "first_name", "last_name", "email", "last_login")}),
        (
            "What they may do",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
    )
    add_fieldsets = (  # type: ignore[assignment]  # typed as an empty tuple
        (None, {"fields": ("username", "first_name", "last_name", "password1", "password2")}),
    )

    @display(description="state", label={"administrator": "info", "agent": "success", "disabled": "danger"})
    def shown_state(self, user: User) -> str:
        """What somebody is, in a word."""
        if not (user.is_active and user.is_staff):
            return "disabled"
        return "administrator" if user.is_superuser else "agent"

    @admin.display(description="password")
    def shown_password(self, user: User) -> str:
        """The way to another one; what is stored of it concerns nobody."""
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="record-link" href="{}">Set another password</a>', url)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Whoever is added is an agent."""
        obj.is_staff = obj.is_staff or not change
        super().save_model(request, obj, form, change)


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin):
    """A named set of permissions."""
