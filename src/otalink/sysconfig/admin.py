"""The settings pages in `/admin`: every declared setting, changed or not, with its own checked form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

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
from otalink.sysconfig.forms import AddForm, SettingForm
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.patterns import MODULE
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
    added: bool
    url: str


@admin.register(StoredValue)
class SettingsAdmin(ModelAdmin):
    """Lists declarations, not rows: a setting nobody changed has no row. Pre-filters may be added."""

    def get_urls(self) -> list[URLPattern]:
        """Pages of our own instead of the usual ones."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.list_page), name="sysconfig_storedvalue_changelist"),
            path("add/", view(self.add_page), name="sysconfig_storedvalue_add"),
            path("<path:name>/change/", view(self.edit_page), name="sysconfig_storedvalue_change"),
            path("<path:name>/reset/", view(require_POST(self.reset_action)), name="sysconfig_storedvalue_reset"),
        ]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Of the usual kind, none: settings are declared, and pre-filters have a page of their own."""
        return False

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """All settings by navigation group."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = sorted((_row(setting) for setting in store.declared().values()), key=_by_group)
        groups = [(name, list(members)) for name, members in groupby(rows, key=lambda row: row.setting.navigation)]
        may_add = self.has_change_permission(request)
        return self._page(request, "settings", {"title": "Settings", "groups": groups, "may_add": may_add})

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """Choose the name and the module of a new pre-filter; it is there once its own page was saved."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = AddForm(request.GET if "name" in request.GET else None)
        if form.is_bound and form.is_valid():
            module = urlencode({MODULE: form.cleaned_data["module"]})
            return HttpResponseRedirect(f"{_url(form.cleaned_data['name'])}?{module}")
        return self._page(request, "add", {"title": "Add a pre-filter", "form": form})

    def edit_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """One setting: look, change, or go back to the default."""
        module = request.POST.get(MODULE) or request.GET.get(MODULE, "")
        setting, may_change = _find(name, module), self.has_change_permission(request)
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
        messages.success(request, f"{setting.name} {'is gone' if _is_added(setting) else 'has its default again'}.")
        return HttpResponseRedirect(reverse(_LIST))

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "list_url": reverse(_LIST)}
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
    return Row(setting, value, _parts(setting.default), changed, _is_added(setting), _url(setting.name))


def _url(name: str) -> str:
    return reverse("admin:sysconfig_storedvalue_change", args=[quote(name)])


def _is_added(setting: Setting[Any]) -> bool:
    return setting.name not in SETTINGS


def _parts(value: Any) -> Parts:
    parts = value.items() if isinstance(value, dict) and value else [("", value)]
    return [(name, _shown(part)) for name, part in parts]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else "empty"
    return str(value) or "empty"


def _find(quoted: str, module: str = "") -> Setting[Any]:
    try:
        return store.find_or_new(unquote(quoted), module) if module else store.find(unquote(quoted))
    except UnknownSetting as error:
        raise Http404(str(error)) from None
