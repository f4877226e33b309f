"""The settings pages in `/admin`: every declared setting, changed or not, with its own checked form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from otalink.sysconfig import store
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.forms import SettingForm
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.setting import InvalidValue, Setting, UnknownSetting

# What a value consists of, each part with its name; the name of an only part is empty.
type Parts = list[tuple[str, str]]

_LIST = "admin:sysconfig_storedvalue_changelist"


@dataclass(frozen=True)
class Row:
    """A setting as the list shows it."""

    setting: Setting[Any]
    value: Parts
    default: Parts
    changed: bool
    address: str


@admin.register(StoredValue)
class SettingsAdmin(ModelAdmin):
    """Lists declarations, not rows: a setting nobody changed has no row."""

    def get_urls(self) -> list[URLPattern]:
        """Three pages of our own instead of the usual ones."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.list_page), name="sysconfig_storedvalue_changelist"),
            path("<path:name>/change/", view(self.edit_page), name="sysconfig_storedvalue_change"),
            path("<path:name>/reset/", view(require_POST(self.reset_action)), name="sysconfig_storedvalue_reset"),
        ]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Settings are declared, not added."""
        return False

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """All settings by navigation group."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = sorted((_row(setting) for setting in SETTINGS.values()), key=_by_group)
        groups = [(name, list(members)) for name, members in groupby(rows, key=lambda row: row.setting.navigation)]
        return self._page(request, "settings", {"title": "Settings", "groups": groups})

    def edit_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """One setting: look, change, or go back to the default."""
        setting, may_change = _find(name), self.has_change_permission(request)
        if not self.has_view_permission(request) or (request.method == "POST" and not may_change):
            raise PermissionDenied
        form = SettingForm(setting, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            store.set_value(setting.name, form.cleaned_data["parsed"])
            self.log_change(request, StoredValue.objects.get(name=setting.name), "Changed.")
            messages.success(request, f"{setting.name} was changed.")
            return HttpResponseRedirect(reverse(_LIST))
        context = {"title": setting.name, "form": form, "row": _row(setting), "may_change": may_change}
        return self._page(request, "setting", context)

    def reset_action(self, request: HttpRequest, name: str) -> HttpResponse:
        """Forget what was set."""
        setting = _find(name)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if stored := StoredValue.objects.filter(name=setting.name).first():
            self.log_change(request, stored, "Reset to the default.")
            store.reset(setting.name)
        messages.success(request, f"{setting.name} has its default again.")
        return HttpResponseRedirect(reverse(_LIST))

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "list_address": reverse(_LIST)}
        return TemplateResponse(request, f"admin/sysconfig/{template}.html", {**everywhere, **context})


def _by_group(row: Row) -> tuple[str, str]:
    return row.setting.navigation, row.setting.name


def _row(setting: Setting[Any]) -> Row:
    stored = store.stored_values()
    changed = setting.name in stored
    try:
        value = _parts(setting.parse(stored[setting.name]) if changed else setting.default)
    except InvalidValue as error:
        value = [("not valid, the default holds", str(error))]
    address = reverse("admin:sysconfig_storedvalue_change", args=[quote(setting.name)])
    return Row(setting, value, _parts(setting.default), changed, address)


def _parts(value: Any) -> Parts:
    parts = value.items() if isinstance(value, dict) else [("", value)]
    return [(name, _shown(part)) for name, part in parts]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "empty"


def _find(quoted: str) -> Setting[Any]:
    try:
        return store.find(unquote(quoted))
    except UnknownSetting as error:
        raise Http404(str(error)) from None
