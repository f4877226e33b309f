"""`otalink check` says whether we check senders ourselves, and why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.cli.check import installation
from otalink.cli.check.senders import note, problems
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OWN_CHECKS, TRUSTED_SERVERS
from tests.support.name_server import serving

pytestmark = pytest.mark.django_db


def test_with_a_name_server_that_answers_they_are_in_effect(data_folder: Path) -> None:
    with serving({}):
        assert note() == "our own checks of senders are in effect: 127.0.0.1 answers"
        assert installation.check().document["notes"] == [note()]


def test_with_one_that_is_silent_they_are_not_and_that_is_a_problem_where_they_were_asked_for() -> None:
    with serving({}) as names:
        names.silent = True
        assert "no name server answers" in note()
        assert list(problems()) == []
        store.set_value(OWN_CHECKS.name, "1")
        (problem,) = problems()
        assert problem.startswith(f"setting {OWN_CHECKS.name}: our own checks of senders are not in effect")


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        (OWN_CHECKS, "0", "PostMaster::Authentication::OwnChecks is 0"),
        (TRUSTED_SERVERS, "mx.desk.example", "names who checks (mx.desk.example)"),
    ],
)
def test_it_says_which_setting_keeps_them_off(setting: object, value: str, reason: str) -> None:
    with serving({}):
        store.set_value(setting.name, value)  # type: ignore[attr-defined]
        assert note().endswith(reason)
        assert list(problems()) == []


def test_it_says_when_the_boot_configuration_keeps_them_off(settings: Settings) -> None:
    settings.OTALINK_RESOLVER = "none"
    assert note().endswith("not in effect: OTALINK_RESOLVER is none")
