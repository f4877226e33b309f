"""The settings reference, made from the declarations; `docs/reference/settings.md` is this text."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.setting import Setting

_INTRODUCTION = """# Settings

Changed at run time with `otalink sysconfig set NAME VALUE` or on the page *Settings* in `/admin`; back to the default
with `otalink sysconfig reset NAME`. A change is in force within two seconds, in every process.

This page is made by `otalink sysconfig reference` from `src/otalink/sysconfig/declarations`; change it there.
"""


def markdown() -> str:
    """All settings by navigation group, each with its help, kind and default."""
    ordered = sorted(SETTINGS.values(), key=lambda setting: (setting.navigation, setting.name))
    groups = groupby(ordered, key=lambda setting: setting.navigation)
    return "\n".join([_INTRODUCTION, *(_group(name, list(settings)) for name, settings in groups)])


def _group(name: str, settings: list[Setting[Any]]) -> str:
    return "\n".join([f"## {name}\n", *(_entry(setting) for setting in settings)])


def _entry(setting: Setting[Any]) -> str:
    if isinstance(setting.default, dict):
        default = f"Default:\n\n```json\n{json.dumps(setting.default, ensure_ascii=False, indent=2)}\n```"
    else:
        default = f"Default: `{setting.default}`" if setting.default != "" else "Default: empty"
    return f"### {setting.name}\n\n{setting.help}\n\nValue: {setting.kind}. {default}\n"
