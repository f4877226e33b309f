"""`otalink sysconfig ...`"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otalink.minidesk.models import DynamicField
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.models import StoredValue
from tests.support.command import Otalink, Terminal

DAYS = "OneTimeAuth::AccessDaysAfterClose"
NEW_LINK = "OneTimeAuth::CustomerErrorMessageNewLink"
FILTER = "PostMaster::PreFilterModule###000-CreateCustomerUser"


class Sysconfig:
    """Runs `otalink sysconfig ...` in this process, on the test's database."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def __call__(self, *words: str) -> tuple[int, str, str]:
        done = self._terminal("sysconfig", *words)
        return done.code, done.out, done.err


@pytest.fixture
def sysconfig(db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sysconfig:
    return Sysconfig(Terminal(capsys, monkeypatch))


def test_get_prints_the_value_alone(sysconfig: Sysconfig) -> None:
    assert sysconfig("get", DAYS) == (0, "14\n", "")
    assert sysconfig("get", DAYS, "--json") == (0, "14\n", "")


def test_set_changes_what_is_in_force_and_reset_takes_it_back(sysconfig: Sysconfig) -> None:
    assert sysconfig("set", DAYS, "3") == (0, "3\n", "")
    assert store.get(SETTINGS[DAYS]) == 3
    assert sysconfig("reset", DAYS) == (0, "14\n", "")
    assert not StoredValue.objects.exists()


def test_a_wrong_value_changes_nothing_and_is_told_with_its_name(sysconfig: Sysconfig) -> None:
    sysconfig("set", DAYS, "3")
    code, out, err = sysconfig("set", DAYS, "soon")
    assert (code, out) == (1, "")
    assert err == f"otalink: {DAYS}: a whole number is needed, not 'soon'; nothing was changed\n"
    assert store.get(SETTINGS[DAYS]) == 3


def test_a_stored_value_that_no_longer_fits_leaves_the_default_in_force(sysconfig: Sysconfig) -> None:
    StoredValue.objects.create(name=DAYS, value="soon")
    assert sysconfig("get", DAYS)[:2] == (0, "14\n")


@pytest.mark.parametrize("words", [["get"], ["set", "1"], ["reset"]], ids=lambda words: words[0])
def test_an_unknown_setting_is_told(sysconfig: Sysconfig, words: list[str]) -> None:
    code, out, err = sysconfig(words[0], "Nonsense", *words[1:])
    assert (code, out) == (1, "")
    assert "no setting 'Nonsense'" in err


def test_a_message_may_be_one_text_for_everybody_or_one_by_language(sysconfig: Sysconfig) -> None:
    assert json.loads(sysconfig("set", NEW_LINK, "On its way.")[1]) == {"en": "On its way."}
    both = {"en": "On its way.", "de": "Unterwegs."}
    assert json.loads(sysconfig("set", NEW_LINK, json.dumps(both))[1]) == both


def test_of_a_setting_with_several_fields_only_some_may_be_named(sysconfig: Sysconfig) -> None:
    DynamicField.objects.create(name="OTA", type="checkbox")
    code, out, _ = sysconfig("set", FILTER, '{"SetCheckBoxName": "OTA"}')
    assert code == 0
    assert json.loads(out) == {**SETTINGS[FILTER].default, "SetCheckBoxName": "OTA"}
    code, _, err = sysconfig("set", FILTER, '{"NoSuchField": 1}')
    assert code == 1
    assert "SetCheckBoxName" in err


def test_list_says_what_was_changed(sysconfig: Sysconfig) -> None:
    sysconfig("set", DAYS, "3")
    rows = {row["name"]: row for row in json.loads(sysconfig("list", "--json")[1])}
    assert set(rows) == set(SETTINGS)
    assert rows[DAYS] == {"name": DAYS, "changed": True, "value": 3}
    assert rows[NEW_LINK]["changed"] is False


def test_what_export_writes_import_takes(sysconfig: Sysconfig, tmp_path: Path) -> None:
    sysconfig("set", DAYS, "3")
    sysconfig("set", NEW_LINK, "On its way.")
    exported = sysconfig("export")[1]
    assert json.loads(exported) == {DAYS: 3, NEW_LINK: {"en": "On its way."}}
    sysconfig("reset", DAYS)
    sysconfig("reset", NEW_LINK)
    file = tmp_path / "settings.json"
    file.write_text(exported)
    assert json.loads(sysconfig("import", str(file), "--json")[1]) == {"set": 2}
    assert sysconfig("export")[1] == exported


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (json.dumps({DAYS: 3, NEW_LINK: 7}), NEW_LINK),
        (json.dumps({DAYS: 3, "Nonsense": 1}), "Nonsense"),
        ("[1]", "JSON object"),
        ("{", "no JSON"),
        (None, "No such file"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_import_takes_all_or_nothing(sysconfig: Sysconfig, tmp_path: Path, content: str | None, problem: str) -> None:
    file = tmp_path / "settings.json"
    if content is not None:
        file.write_text(content)
    code, out, err = sysconfig("import", str(file))
    assert (code, out) == (1, "")
    assert problem in err
    assert not StoredValue.objects.exists()
    assert store.get(SETTINGS[DAYS]) == 14


@pytest.mark.processes
def test_a_setting_holds_over_processes_and_import_reads_standard_input(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    assert otalink.json("sysconfig", "import", "-", stdin=json.dumps({DAYS: 0})) == {"set": 1}
    assert otalink("sysconfig", "get", DAYS).out == "0\n"
