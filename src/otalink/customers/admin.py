"""Customer users in `/admin`: those of the database backend, their further addresses, merges, and who waits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.customers import aliases, commands, directory, merging, provisional
from otalink.customers.models import (
    CustomerUserRecord,
    MergedLogin,
    PendingSender,
    ProvisionalCustomerUser,
    SecondaryAddress,
)
from otalink.customers.types import BackendReadOnly, CustomerUserUnknown
from otalink.sysconfig.setting import InvalidValue


@admin.register(CustomerUserRecord)
class CustomerUserAdmin(ModelAdmin):
    """Names, language and validity; who somebody is (login, backend) does not change."""

    list_display = ("login", "first_name", "last_name", "customer_id", "shown_state", "backend", "created")
    list_filter = ("valid", "backend")
    search_fields = ("login", "email", "first_name", "last_name", "customer_id")
    search_help_text = "Login, e-mail address, name or customer ID"
    fieldsets = (
        (None, {"fields": ("login", "email", "customer_id", "first_name", "last_name", "valid")}),
        ("How they are spoken to", {"fields": ("language", "time_zone")}),
        ("Record", {"fields": ("backend", "created", "changed")}),
    )
    readonly_fields = ("backend", "login", "created", "changed")
    ordering = ("login",)
    show_full_result_count = False
    actions = ("merge",)

    def has_add_permission(self, _request: object) -> bool:
        """A mail makes customer users; a row typed here would belong to no backend."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerUserRecord]:
        """With whether each is provisional, in the same query."""
        arrival = ProvisionalCustomerUser.objects.filter(login=OuterRef("login"), confirmed=None)
        rows: QuerySet[CustomerUserRecord] = super().get_queryset(request)
        return rows.annotate(is_provisional=Exists(arrival))

    @display(description="state", label={"valid": "success", "disabled": "danger", "provisional": "info"})
    def shown_state(self, row: Any) -> str:
        """Whether they may sign in, and whether they go if nobody needs them."""
        if not row.valid:
            return "disabled"
        return "provisional" if row.is_provisional else "valid"

    def delete_model(self, _request: HttpRequest, obj: CustomerUserRecord) -> None:
        """Forget what is noted about them, too."""
        self._forget([obj])

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[CustomerUserRecord]) -> None:
        """The same for many."""
        self._forget(list(queryset))

    def _forget(self, rows: list[CustomerUserRecord]) -> None:
        logins = [row.login for row in rows]
        CustomerUserRecord.objects.filter(pk__in=[row.pk for row in rows]).delete()
        provisional.forget(logins)
        aliases.forget(logins)

    @admin.action(description="Merge the selected ones into the one who was there first")
    def merge(self, request: HttpRequest, rows: QuerySet[CustomerUserRecord]) -> None:
        """One person of several; what cannot be merged is said, and stays."""
        first, *others = rows.order_by("created", "pk")
        for other in others:
            try:
                merging.merge(other.login, first.login, by=request.user.get_username())
            except (InvalidValue, BackendReadOnly, CustomerUserUnknown) as error:
                messages.error(request, f"{other.login}: {error}")
            else:
                messages.success(request, f"{other.login} is {first.login} from now on.")
        if not others:
            messages.error(request, "Select at least two customer users.")


class SecondaryAddressForm(forms.ModelForm[SecondaryAddress]):
    """A further address of somebody who is there, that nobody has."""

    class Meta:
        model = SecondaryAddress
        fields = ("login", "address")

    def clean_login(self) -> str:
        """The login of a customer user."""
        user = directory.find_by_login(self.cleaned_data["login"])
        if user is None:
            raise forms.ValidationError("There is no such customer user.")
        return user.login

    def clean_address(self) -> str:
        """The normal form of an address that is free."""
        try:
            return commands.unowned(self.cleaned_data["address"])
        except InvalidValue as error:
            raise forms.ValidationError(str(error)) from None


@admin.register(SecondaryAddress)
class SecondaryAddressAdmin(ModelAdmin):
    """Further addresses; one that changes is removed and added."""

    form = SecondaryAddressForm
    list_display = ("address", "login", "created")
    search_fields = ("address", "login")

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Only to add and to delete."""
        return False


@admin.register(MergedLogin)
class MergedLoginAdmin(ReadOnlyAdmin):
    """Who was merged into whom, by whom, and what moved."""

    list_display = ("login", "into", "by", "created")
    search_fields = ("login", "into", "by")
    fields = ("login", "into", "shown_moved", "by", "created")

    @admin.display(description="moved")
    def shown_moved(self, merge: MergedLogin) -> str:
        """How much of what changed hands."""
        return ", ".join(f"{name}: {count}" for name, count in merge.moved.items())


@admin.register(PendingSender)
class PendingSenderAdmin(ReadOnlyAdmin):
    """Who waits for an agent; the ticket's page lets them in."""

    list_display = ("address", "shown_ticket", "reason", "created")
    search_fields = ("address", "ticket_number")
    fields = ("address", "first_name", "last_name", "shown_ticket", "reason", "created")
