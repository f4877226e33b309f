"""Pre-filters that operators add: any number, checked by their own class, in every way settings are changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.cli.main import main
from otalink.minidesk.models import Queue
from otalink.sysconfig import store
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.patterns import PRE_FILTERS
from otalink.sysconfig.setting import UnknownSetting

pytestmark = pytest.mark.django_db
NAME = "PostMaster::PreFilterModule###500-Orders"
LIST = "/admin/sysconfig/storedvalue/"
PAGE = f"{LIST}{NAME.replace(':', '_3A').replace('#', '_23')}"
VALUE = {"Module": "Match", "Match": {"Subject": "order"}, "Set": {"X-OTOBO-Queue": "Orders"}}


@pytest.fixture(autouse=True)
def _queues() -> None:
    for name in ("Orders", "Sales"):
        Queue.objects.create(name=name, email=f"{name}@localhost", sender_name=name)


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


def test_one_is_added_listed_changed_and_taken_away_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sysconfig", "set", NAME, json.dumps(VALUE)]) == 0
    assert main(["sysconfig", "set", NAME, '{"Set": {"X-OTOBO-Queue": "Sales"}}']) == 0
    changed = {**VALUE, "Set": {"X-OTOBO-Queue": "Sales"}}
    capsys.readouterr()
    main(["sysconfig", "get", NAME])
    assert json.loads(capsys.readouterr().out) == changed
    main(["sysconfig", "list", "--json"])
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows[NAME] == {"name": NAME, "changed": True, "value": changed}
    assert main(["sysconfig", "reset", NAME]) == 0
    assert not StoredValue.objects.exists()
    assert main(["sysconfig", "get", NAME]) == 1


def test_another_module_does_not_keep_what_the_first_one_held() -> None:
    store.set_value(NAME, VALUE)
    assert main(["sysconfig", "set", NAME, '{"Module": "SpoofProtection", "TrustedSenders": "^a@"}']) == 0
    assert store.stored_values()[NAME] == {"Module": "SpoofProtection", "TrustedSenders": "^a@"}


def test_what_export_writes_import_takes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store.set_value(NAME, VALUE)
    main(["sysconfig", "export"])
    file = tmp_path / "settings.json"
    file.write_text(capsys.readouterr().out)
    store.reset(NAME)
    assert main(["sysconfig", "import", str(file)]) == 0
    assert store.stored_values() == {NAME: VALUE}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        (NAME, {"Module": "NoSuch"}, "a name that a package offers"),
        (NAME, {"Module": "no.such.Class"}, "a name that a package offers"),
        (NAME, {"Module": "json.dumps"}, "a class is needed"),
        (NAME, {"Module": "json.JSONEncoder"}, "has no KEYS"),
        (NAME, {"Match": {}}, "with the key Module"),
        (NAME, {"Module": "Match", "Mach": {}}, "the keys are Module, Match, Set"),
        (NAME, {"Module": "Match", "Match": {"Subject": "("}, "Set": {"X-OTOBO-Queue": "x"}}, "RE2"),
        ("PostMaster::PreFilterModule###Orders", VALUE, "no setting"),
        ("PostMaster::PreFilterModule###500-", VALUE, "no setting"),
        ("PostMaster::Other###500-Orders", VALUE, "no setting"),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(
    name: str, value: object, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sysconfig", "set", name, json.dumps(value)]) == 1
    assert problem in capsys.readouterr().err
    assert not StoredValue.objects.exists()


def test_one_whose_package_is_gone_can_still_be_seen_told_of_and_taken_away(
    operator: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    StoredValue.objects.create(name=NAME, value={"Module": "Gone", "Word": "x"})
    assert main(["check"]) == 1
    assert NAME in capsys.readouterr().out
    assert "not valid" in operator.get(LIST).content.decode()
    assert operator.get(f"{PAGE}/change/").status_code == 200
    operator.post(f"{PAGE}/reset/")
    with pytest.raises(UnknownSetting):
        store.find(NAME)


def test_the_admin_adds_changes_and_removes_one(operator: Client) -> None:
    assert f"{LIST}add/" in operator.get(LIST).content.decode()
    form = operator.get(f"{LIST}add/")
    assert all(module in form.content.decode() for module in PRE_FILTERS.offered())
    chosen = operator.get(f"{LIST}add/", {"name": "500-Orders", "module": "Match"})
    assert chosen.headers["Location"] == f"{PAGE}/change/?Module=Match"
    assert not StoredValue.objects.exists(), "a GET changes nothing"
    page = operator.get(chosen.headers["Location"])
    assert list(page.context["form"].fields) == ["Module", "Match", "Set"]
    given = {"Module": "Match", "Match": '{"Subject": "order"}', "Set": '{"X-OTOBO-Queue": "Orders"}'}
    assert operator.post(f"{PAGE}/change/", given).status_code == 302
    assert store.stored_values() == {NAME: VALUE}
    assert "order" in operator.get(f"{PAGE}/change/").content.decode()
    operator.post(f"{PAGE}/change/", {**given, "Set": '{"X-OTOBO-Queue": "Sales"}'})
    assert store.stored_values()[NAME]["Set"] == {"X-OTOBO-Queue": "Sales"}
    assert operator.post(f"{PAGE}/reset/").status_code == 302
    assert not StoredValue.objects.exists()
    assert operator.get(f"{PAGE}/change/").status_code == 404


def test_the_admin_tells_beside_its_field_what_is_wrong(operator: Client) -> None:
    given = {"Module": "Match", "Match": '{"Subject": "("}', "Set": '{"X-OTOBO-Queue": "Orders"}'}
    response = operator.post(f"{PAGE}/change/", given)
    assert (response.status_code, list(response.context["form"].errors)) == (200, ["Match"])
    for name in ("Orders", "000-CreateCustomerUser"):
        response = operator.get(f"{LIST}add/", {"name": name, "module": "Match"})
        assert (response.status_code, list(response.context["form"].errors)) == (200, ["name"])


def test_staff_without_the_permission_add_nothing(client: Client) -> None:
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{PAGE}/change/", {"Module": "Match"}).status_code == 403
