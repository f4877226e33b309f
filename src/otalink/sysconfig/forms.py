"""A form for any declared setting: its fields follow from the default's shape, its checks are the declaration's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from unfold import widgets

from otalink.sysconfig.setting import InvalidValue, Setting, message

SINGLE = "value"


class SettingForm(forms.Form):
    """One field `value`, or one per language of a message, or one per key of a setting with several.

    `cleaned_data["parsed"]` is the value the declaration accepted.
    """

    def __init__(self, setting: Setting[Any], data: Mapping[str, Any] | None = None) -> None:
        current = setting.get()
        parts = current if isinstance(current, dict) else {SINGLE: current}
        super().__init__(data, initial=parts)
        self.setting = setting
        for name in _part_names(setting):
            self.fields[name] = _field(setting, name)

    def clean(self) -> dict[str, Any]:
        """Let the declaration judge; what it refuses stands beside the field it is about."""
        given = super().clean() or {}
        try:
            given["parsed"] = self.setting.parse(self._assembled(given))
        except InvalidValue as error:
            name, _, problem = str(error).partition(": ")
            known = name in self.fields
            self.add_error(name if known else next(iter(self.fields)), problem if known else str(error))
        return given

    def _assembled(self, given: Mapping[str, Any]) -> Any:
        if not isinstance(self.setting.default, dict):
            return given.get(SINGLE, "")
        if self.setting.parse is message:
            return {language: text for language in self.fields if (text := given.get(language, "").strip())}
        return {name: given.get(name, "") for name in self.fields}


def _part_names(setting: Setting[Any]) -> list[str]:
    if setting.parse is message:
        return [code for code, _ in settings.LANGUAGES]
    return list(setting.default) if isinstance(setting.default, dict) else [SINGLE]


def _field(setting: Setting[Any], name: str) -> forms.Field:
    if setting.parse is message:
        label = dict(settings.LANGUAGES)[name]
        return forms.CharField(required=False, label=label, widget=widgets.UnfoldAdminTextareaWidget({"rows": 3}))
    default = setting.default[name] if isinstance(setting.default, dict) else setting.default
    label = "Value" if name == SINGLE else name
    if isinstance(default, bool):
        return forms.BooleanField(required=False, label=label, widget=widgets.UnfoldBooleanSwitchWidget())
    # Numbers are typed as text too: the declaration alone says what is a right one.
    mode = {"inputmode": "numeric"} if isinstance(default, int) else {}
    return forms.CharField(required=False, label=label, widget=widgets.UnfoldAdminTextInputWidget(mode))
