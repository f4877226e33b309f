"""The declared settings: the published eight, their defaults and what they take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from otalink.common.languages import LANGUAGES
from otalink.sysconfig.commands import reference
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.setting import InvalidValue, in_language, message

PUBLISHED = {
    "OneTimeAuth::CustomerErrorMessageRefreshFailed": "Core::Auth::Customer",
    "OneTimeAuth::AccessDaysAfterClose": "Core::Auth::Customer",
    "OneTimeAuth::CustomerErrorMessageNewLink": "Core::Auth::Customer",
    "OneTimeAuth::TokenRefreshNotificationID": "Core::Auth::Customer",
    "OneTimeAuth::CustomerErrorMessageLinkExpired": "Core::Auth::Customer",
    "OneTimeAuth::CustomerErrorMessageWrongLink": "Core::Auth::Customer",
    "PostMaster::PreFilterModule###000-CreateCustomerUser": "Core::Email::PostMaster",
    "Daemon::SchedulerCronTaskManager::Task###DeleteExpiredOTATokens": "Daemon::SchedulerCronTaskManager::Task",
}
CRON = "Daemon::SchedulerCronTaskManager::Task###DeleteExpiredOTATokens"
FILTER = "PostMaster::PreFilterModule###000-CreateCustomerUser"


def test_the_eight_published_settings_keep_their_names_and_navigation_groups() -> None:
    assert {name: SETTINGS[name].navigation for name in PUBLISHED} == PUBLISHED


def test_the_published_defaults_are_kept() -> None:
    assert SETTINGS["OneTimeAuth::AccessDaysAfterClose"].default == 14
    assert SETTINGS["OneTimeAuth::TokenRefreshNotificationID"].default == ""
    assert SETTINGS[CRON].default["Schedule"] == "0 4 * * *"
    assert SETTINGS[FILTER].default["CustomerHeaderSpoofProtection"] is True
    assert SETTINGS[FILTER].default["CustomerUserBackend"] == ""


@pytest.mark.parametrize("name", SETTINGS)
def test_every_default_passes_its_own_check_and_survives_json(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.parse(setting.default) == setting.default
    assert setting.parse(json.loads(json.dumps(setting.default))) == setting.default


@pytest.mark.parametrize("name", [name for name in SETTINGS if SETTINGS[name].parse is message])
def test_every_message_speaks_every_language(name: str) -> None:
    texts = SETTINGS[name].default
    assert list(texts) == list(LANGUAGES)
    assert in_language(texts, "de-at") == texts["de"]
    assert in_language(texts, "fr") == texts["en"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OneTimeAuth::AccessDaysAfterClose", "-1"),
        ("OneTimeAuth::AccessDaysAfterClose", "two"),
        ("OneTimeAuth::AccessDaysAfterClose", "100000"),
        ("OneTimeAuth::AccessDaysAfterClose", ""),
        ("OneTimeAuth::MaxLinkAgeDays", "0"),
        ("OneTimeAuth::CustomerErrorMessageNewLink", ""),
        ("OneTimeAuth::CustomerErrorMessageNewLink", '{"de": "nur deutsch"}'),
        ("OneTimeAuth::CustomerErrorMessageNewLink", "{not json"),
        ("OneTimeAuth::TokenRefreshNotificationID", "two\nlines"),
        (FILTER, "1"),
        (FILTER, '{"Module": "x"}'),
        (CRON, {**SETTINGS[CRON].default, "Schedule": "every day"}),
        (CRON, {**SETTINGS[CRON].default, "Schedule": "0 4 * * * *"}),
        (CRON, {**SETTINGS[CRON].default, "MaximumParallelInstances": 2}),
        ("SystemID", "12345"),
        ("SystemID", "²"),
        ("DefaultLanguage", "fr"),
        ("PostMasterMaxEmailSize", "0"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_is_needed(name: str, value: Any) -> None:
    with pytest.raises(InvalidValue, match=r"needed|not a JSON object"):
        SETTINGS[name].parse(value)


def test_the_settings_reference_in_the_docs_is_what_the_declarations_say() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
    assert page.read_text(encoding="utf-8") == reference() + "\n", "`make docs` writes it anew"
    assert all(f"### {name}\n" in reference() for name in SETTINGS)
