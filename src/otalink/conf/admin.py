"""Agents and their roles in `/admin`: Django's users and groups in the theme's clothes."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

admin.site.unregister([User, Group])


@admin.register(User)
class AgentAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """Whoever may sign in to the desk's pages needs `staff status`."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin):
    """A named set of permissions."""
