"""Mail accounts in `/admin`: to add, change and test; secrets are written there, never shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordWidget

from otalink.postmaster.accounts import first_contact, manage
from otalink.postmaster.accounts.credentials import keep_secrets
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.models import Existing, MailAccount
from otalink.sysconfig import named
from otalink.sysconfig.forms import select
from otalink.sysconfig.named import Kind

# The name that the theme gives the button.
_SAVE_AND_TEST = "postmaster_mailaccount_save_and_test"
# Whoever changes one of these leads the account to another mailbox.
_MAILBOX = {"protocol", "host", "user", "folder"}
_SECRETS = ("password", "client_secret", "refresh_token")


def _secret(help_text: str) -> forms.CharField:
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
    return forms.CharField(required=False, strip=False, widget=widget, help_text=help_text)


class MailAccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """The fields of an account, and its secrets, which come back empty."""

    password = _secret("never shown; empty: stays as it is")
    client_secret = _secret("OAuth2: the application's; never shown; empty: stays as it is")
    refresh_token = _secret("OAuth2, Google: never shown; empty: stays as it is")

    class Meta:
        model = MailAccount
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queues = named.existing(Kind.QUEUE)
        # Whoever may only look has no such field.
        if queues is not None and "queue" in self.fields:
            self.fields["queue"].widget = select(queues, self.instance.queue)


@admin.register(MailAccount)
class MailAccountAdmin(ModelAdmin):
    """How fetching goes, and everything it needs."""

    form = MailAccountForm
    list_display = ("name", "server", "user", "shown_state", "last_success", "last_error")
    list_filter = ("enabled", "protocol")
    search_fields = ("name", "host", "user")
    readonly_fields = ("last_success", "failing_since", "last_error", "next_try")
    actions = ("test_chosen",)
    actions_submit_line = ("save_and_test",)  # type: ignore[assignment]  # typed as an empty tuple
    fieldsets = (
        (None, {"fields": ("name", "enabled")}),
        ("Server", {"fields": ("protocol", "host", "port", "security", "folder")}),
        ("Sign-in", {"fields": ("user", "authentication", "password")}),
        ("OAuth2", {"fields": ("token_url", "client_id", "scope", "client_secret", "refresh_token")}),
        ("Mail", {"fields": ("existing", "after", "move_to", "queue", "trusted")}),
        ("How fetching goes", {"fields": readonly_fields}),
    )

    @display(description="server")
    def server(self, account: MailAccount) -> str:
        """Protocol, host and port."""
        return f"{account.protocol}://{account.host}:{account.port_in_use}"

    @display(description="state", label={"working": "success", "failing": "danger", "disabled": "info"})
    def shown_state(self, account: MailAccount) -> str:
        """Whether fetching works."""
        return account.state

    def response_add(self, request: HttpRequest, obj: MailAccount, *_: str | None, **__: str | None) -> HttpResponse:
        """The form again, with what is in the mailbox: now its operator can say what is to become of it."""
        _say_what_is_there(request, obj)
        address = reverse("admin:postmaster_mailaccount_change", args=[obj.pk])
        return HttpResponseRedirect(f"{address}#id_existing")

    def response_change(self, request: HttpRequest, obj: MailAccount) -> HttpResponse:
        """After a test, the form again: where it failed, something wants changing."""
        response: HttpResponse = super().response_change(request, obj)
        return HttpResponseRedirect(request.path) if _SAVE_AND_TEST in request.POST else response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it with its secrets; whoever fetches from it begins anew."""
        if given := {name: form.cleaned_data[name] for name in _SECRETS if form.cleaned_data.get(name)}:
            keep_secrets(obj, access_token="", expires_at="0", **given)
        if change and _MAILBOX.intersection(form.changed_data):
            first_contact.forget(obj)
        super().save_model(request, obj, form, change)
        manage.touch(obj)

    @action(description="Save and test the connection", permissions=["change"])
    def save_and_test(self, request: HttpRequest, obj: MailAccount) -> None:
        """Sign in with what was just saved."""
        _test(request, obj)

    @admin.action(description="Test the connection", permissions=["change"])
    def test_chosen(self, request: HttpRequest, chosen: QuerySet[MailAccount]) -> None:
        """Sign in to each."""
        for account in chosen:
            _test(request, account)


def _say_what_is_there(request: HttpRequest, account: MailAccount) -> None:
    try:
        found = first_contact.look(account)
    except SourceFailure as failure:
        messages.warning(request, f"{account.name}: saved, but the mailbox cannot be looked into now: {failure}")
        return
    what = Existing(account.existing).label
    messages.success(request, f"{account.name}: the mailbox holds {found}. That is there already, so: {what}.")


def _test(request: HttpRequest, account: MailAccount) -> None:
    try:
        messages.success(request, f"{account.name}: {manage.test_connection(account)}")
    except SourceFailure as failure:
        messages.error(request, f"{account.name}: {failure}")
