"""The settings pages in `/admin`."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from otalink.common.languages import LANGUAGES
from otalink.minidesk.models import DynamicField
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.models import StoredValue

pytestmark = pytest.mark.django_db
LIST = "/admin/sysconfig/storedvalue/"
DAYS = "OneTimeAuth::AccessDaysAfterClose"
NEW_LINK = "OneTimeAuth::CustomerErrorMessageNewLink"
FILTER = "PostMaster::PreFilterModule###000-CreateCustomerUser"
CRON = "Daemon::SchedulerCronTaskManager::Task###DeleteExpiredOTATokens"


def page(name: str, action: str = "change") -> str:
    quoted = name.replace(":", "_3A").replace("#", "_23")
    return f"{LIST}{quoted}/{action}/"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


def staff(client: Client, *permissions: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def test_the_admin_begins_with_the_settings(operator: Client) -> None:
    assert operator.get("/admin/", follow=True).redirect_chain == [(LIST, 302)]


def test_every_declared_setting_stands_there_with_help_value_and_default(operator: Client) -> None:
    StoredValue.objects.create(name=DAYS, value=3)
    html = operator.get(LIST).content.decode()
    for setting in SETTINGS.values():
        assert setting.name in html
        assert setting.navigation in html
        assert page(setting.name) in html
    groups = operator.get(LIST).context["groups"]
    rows = {row.setting.name: row for _, members in groups for row in members}
    assert (rows[DAYS].value, rows[DAYS].default, rows[DAYS].changed) == ([("", "3")], [("", "14")], True)
    assert rows[NEW_LINK].changed is False
    assert [name for name, _ in rows[NEW_LINK].value] == list(LANGUAGES)


def test_a_number_is_changed_and_noted_in_the_log(operator: Client) -> None:
    assert operator.post(page(DAYS), {"value": "3"}).status_code == 302
    assert store.get(SETTINGS[DAYS]) == 3
    assert LogEntry.objects.get().object_id == DAYS


def test_a_message_is_changed_language_by_language(operator: Client) -> None:
    operator.post(page(NEW_LINK), {"en": "On its way.", "de": "Unterwegs."})
    assert store.get(SETTINGS[NEW_LINK]) == {"en": "On its way.", "de": "Unterwegs."}
    operator.post(page(NEW_LINK), {"en": "On its way.", "de": " "})
    assert store.get(SETTINGS[NEW_LINK]) == {"en": "On its way."}


def test_a_setting_with_several_fields_is_changed_field_by_field(operator: Client) -> None:
    DynamicField.objects.create(name="OTA", type="checkbox")
    given = {"Module": SETTINGS[FILTER].default["Module"], "CustomerUserBackend": "", "SetCheckBoxName": "OTA"}
    operator.post(page(FILTER), given)  # a box that is not ticked is not sent
    assert store.get(SETTINGS[FILTER]) == {**given, "CustomerHeaderSpoofProtection": False}
    operator.post(page(FILTER), {**given, "CustomerHeaderSpoofProtection": "on"})
    assert store.get(SETTINGS[FILTER])["CustomerHeaderSpoofProtection"] is True


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        (DAYS, {"value": "soon"}, "value"),
        (DAYS, {"value": ""}, "value"),
        (NEW_LINK, {"en": "", "de": "nur deutsch"}, "en"),
        (CRON, {"TaskName": "x", "Schedule": "daily", "Function": "f", "MaximumParallelInstances": "1"}, "Schedule"),
        (CRON, {"TaskName": "x", "Schedule": "0 4 * * *", "Function": "f", "MaximumParallelInstances": "no"},
         "MaximumParallelInstances"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_beside_its_field_and_changes_nothing(
    operator: Client, name: str, given: dict[str, str], field: str
) -> None:
    response = operator.post(page(name), given)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not StoredValue.objects.exists()
    assert store.get(SETTINGS[name]) == SETTINGS[name].default


def test_reset_brings_the_default_back_and_takes_only_a_post(operator: Client) -> None:
    operator.post(page(DAYS), {"value": "3"})
    assert operator.get(page(DAYS, "reset")).status_code == 405
    assert store.get(SETTINGS[DAYS]) == 3
    assert operator.post(page(DAYS, "reset")).status_code == 302
    assert store.get(SETTINGS[DAYS]) == 14
    assert operator.post(page(DAYS, "reset")).status_code == 302  # once more does no harm


def test_an_unknown_setting_is_not_found(operator: Client) -> None:
    assert operator.get(page("Nonsense")).status_code == 404


def test_a_stored_value_that_no_longer_fits_can_be_seen_and_mended(operator: Client) -> None:
    StoredValue.objects.create(name=DAYS, value="soon")
    assert "not valid" in operator.get(LIST).content.decode()
    assert operator.get(page(DAYS)).status_code == 200
    operator.post(page(DAYS), {"value": "3"})
    assert store.get(SETTINGS[DAYS]) == 3


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in(client: Client) -> None:
    for address in (LIST, page(DAYS)):
        assert client.get(address).headers["Location"].startswith("/admin/login/")
    assert client.post(page(DAYS), {"value": "3"}).headers["Location"].startswith("/admin/login/")
    assert store.get(SETTINGS[DAYS]) == 14


@pytest.mark.parametrize(
    ("permissions", "sees", "changes"),
    [([], 403, 403), (["view_storedvalue"], 200, 403), (["view_storedvalue", "change_storedvalue"], 200, 302)],
)
def test_staff_see_and_change_only_with_the_permission(
    client: Client, permissions: list[str], sees: int, changes: int
) -> None:
    member = staff(client, *permissions)
    assert member.get(LIST).status_code == sees
    assert member.get(page(DAYS)).status_code == sees
    assert member.post(page(DAYS), {"value": "3"}).status_code == changes
    assert member.post(page(DAYS, "reset")).status_code == changes
