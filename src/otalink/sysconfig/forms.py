"""A form for any declared setting: its fields follow from the default's shape, its checks are the declaration's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from unfold import widgets

from otalink.common.languages import LANGUAGES
from otalink.sysconfig import named, store
from otalink.sysconfig.named import Kind
from otalink.sysconfig.patterns import PRE_FILTERS, Pattern
from otalink.sysconfig.setting import Fields, InvalidValue, NameOf, Setting, UnknownSetting, message
from otalink.sysconfig.store import find

SINGLE = "value"


class SettingForm(forms.Form):
    """One field `value`, or one per language of a message, or one per key of a setting with several.

    `cleaned_data["parsed"]` is the value the declaration accepted.
    """

    def __init__(self, setting: Setting[Any], data: Mapping[str, Any] | None = None) -> None:
        current = store.get(setting)
        parts = current if _has_parts(setting) else {SINGLE: current}
        super().__init__(data, initial={name: _typed(part) for name, part in parts.items()})
        self.setting = setting
        for name in _part_names(setting):
            self.fields[name] = _field(setting, name, parts.get(name))

    def clean(self) -> dict[str, Any]:
        """Let the declaration judge; what it refuses stands beside the field it is about."""
        given = super().clean() or {}
        try:
            given["parsed"] = store.checked(self.setting, self._assembled(given))
        except InvalidValue as error:
            name, _, problem = str(error).partition(": ")
            known = name in self.fields
            self.add_error(name if known else next(iter(self.fields)), problem if known else str(error))
        return given

    def _assembled(self, given: Mapping[str, Any]) -> Any:
        if not _has_parts(self.setting):
            return given.get(SINGLE, "")
        if self.setting.parse is message:
            return {language: text for language in self.fields if (text := given.get(language, "").strip())}
        return {name: given.get(name, "") for name in self.fields}


def _part_names(setting: Setting[Any]) -> list[str]:
    if setting.parse is message:
        return list(LANGUAGES)
    return list(setting.default) if _has_parts(setting) else [SINGLE]


def _has_parts(setting: Setting[Any]) -> bool:
    # An object that is empty by default has no parts to name; it is typed as a whole.
    return isinstance(setting.default, dict) and bool(setting.default)


def _typed(part: Any) -> Any:
    return json.dumps(part, ensure_ascii=False, indent=2) if isinstance(part, dict) else part


def _field(setting: Setting[Any], name: str, current: Any) -> forms.Field:
    if setting.parse is message:
        label = LANGUAGES[name]
        return forms.CharField(required=False, label=label, widget=widgets.UnfoldAdminTextareaWidget({"rows": 3}))
    default = setting.default[name] if _has_parts(setting) else setting.default
    label = "Value" if name == SINGLE else name
    parse = _parser(setting, name)
    if isinstance(parse, NameOf) and (known := named.existing(parse.kind)) is not None:
        return forms.CharField(required=False, label=label, widget=select(known, current))
    if isinstance(default, bool):
        return forms.BooleanField(required=False, label=label, widget=widgets.UnfoldBooleanSwitchWidget())
    if isinstance(default, dict):
        widget = widgets.UnfoldAdminTextareaWidget({"rows": 6, "spellcheck": "false"})
        return forms.CharField(required=False, label=label, widget=widget, help_text=_help(parse))
    # Numbers are typed as text too: the declaration alone says what is a right one.
    mode = {"inputmode": "numeric"} if isinstance(default, int) else {}
    return forms.CharField(required=False, label=label, widget=widgets.UnfoldAdminTextInputWidget(mode))


def select(known: Iterable[str], current: str) -> forms.Widget:
    """A choice of what there is. What is set and is gone stays to be seen; saving says that it is not there."""
    choices = [("", "-"), *((name, name) for name in sorted(known))]
    if current and (current, current) not in choices:
        choices.append((current, f"{current} (not there)"))
    return widgets.UnfoldAdminSelectWidget(choices=choices)


def _parser(setting: Setting[Any], name: str) -> object:
    if not isinstance(setting.parse, Fields | Pattern) or name == SINGLE:
        return setting.parse
    try:
        return setting.parse.parsers_of(setting.default)[name]
    except InvalidValue:
        return None  # the class is gone; it is told where the value is checked


def _help(parse: object) -> str:
    # What names several kinds of things is typed as a whole; it says in `kinds` which.
    kinds: tuple[Kind, ...] = getattr(parse, "kinds", ())
    listed = (f"{kind}: {', '.join(sorted(known))}" for kind in kinds if (known := named.existing(kind)))
    return "; ".join(["a JSON object", *listed])


class AddForm(forms.Form):
    """The name and the module of a pre-filter that is to be added; `cleaned_data["name"]` is the whole name."""

    name = forms.CharField(
        max_length=64,
        help_text=f"three digits and a name, such as {PRE_FILTERS.example}; the filters run in this order",
        widget=widgets.UnfoldAdminTextInputWidget(),
    )
    module = forms.ChoiceField(
        choices=lambda: [(name, name) for name in PRE_FILTERS.offered()], widget=widgets.UnfoldAdminSelectWidget()
    )

    def clean_name(self) -> str:
        """Refuse a name of another form, or one that is taken."""
        name = f"{PRE_FILTERS.prefix}{self.cleaned_data['name'].removeprefix(PRE_FILTERS.prefix)}"
        if not PRE_FILTERS.covers(name):
            raise forms.ValidationError(f"A name such as {PRE_FILTERS.example} is needed.")
        try:
            find(name)
        except UnknownSetting:
            return name
        raise forms.ValidationError("There is one of that name.")
