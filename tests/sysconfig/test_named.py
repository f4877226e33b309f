"""Settings that name something are checked where they are saved, on the page, by command and by import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.minidesk.models import DynamicField, Queue
from otalink.notifications.models import Notification
from otalink.sysconfig import named, store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, TOKEN_REFRESH_NOTIFICATION_ID
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.named import Kind
from otalink.sysconfig.patterns import PRE_FILTERS
from otalink.sysconfig.setting import InvalidValue
from tests.support.command import Terminal

pytestmark = pytest.mark.django_db
FILTER = CREATE_CUSTOMER_USER.name
LIST = "/admin/sysconfig/storedvalue/"
MATCH = f"{PRE_FILTERS.prefix}500-Orders"
EXTERNAL = "ExternalTicketNumberRecognition"
NUMBERS = f"{PRE_FILTERS.prefix}300-Numbers"


def page(name: str) -> str:
    return f"{LIST}{name.replace(':', '_3A').replace('#', '_23')}/change/"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator"))
    return client


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


def test_a_checkbox_that_tickets_do_not_have_is_refused_on_the_page_beside_its_field(operator: Client) -> None:
    """Before, `SetCheckBoxName: IsOTA` was saved with a green tick, and all new mail went into quarantine."""
    DynamicField.objects.create(name="IsOtaTicket", type="checkbox")
    response = operator.post(page(FILTER), {**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": "IsOTA"})
    assert response.status_code == 200
    assert response.context["form"].errors == {
        "SetCheckBoxName": ["there is no dynamic field of type checkbox 'IsOTA'; the nearest is 'IsOtaTicket'"]
    }
    assert not StoredValue.objects.exists()


def test_what_there_is_is_a_choice_on_the_page(operator: Client) -> None:
    DynamicField.objects.create(name="IsOTA", type="checkbox")
    DynamicField.objects.create(name="Words", type="text")
    fields = operator.get(page(FILTER)).context["form"].fields
    assert fields["SetCheckBoxName"].widget.choices == [("", "-"), ("IsOTA", "IsOTA")]
    assert fields["CustomerUserBackend"].widget.choices == [("", "-"), ("CustomerUser", "CustomerUser")]
    html = operator.get(page(FILTER)).content.decode()
    assert '<option value="IsOTA"' in html
    given = {**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": "IsOTA"}
    assert operator.post(page(FILTER), given).status_code == 302
    assert store.get(CREATE_CUSTOMER_USER)["SetCheckBoxName"] == "IsOTA"


def test_what_is_set_and_gone_stays_to_be_seen_on_the_page(operator: Client) -> None:
    StoredValue.objects.create(name=FILTER, value={**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": "IsOTA"})
    choices = operator.get(page(FILTER)).context["form"].fields["SetCheckBoxName"].widget.choices
    assert choices == [("", "-"), ("IsOTA", "IsOTA (not there)")]


def test_the_fields_queues_and_states_of_a_filter_are_told_on_its_page(operator: Client) -> None:
    DynamicField.objects.create(name="Order", type="text")
    fields = operator.get(f"{page(MATCH)}?Module=Match").context["form"].fields
    assert fields["Set"].help_text.startswith("a JSON object; queue: Support; state: closed successful, ")
    assert fields["Set"].help_text.endswith("; dynamic field: Order")
    fields = operator.get(f"{page(NUMBERS)}?Module={EXTERNAL}").context["form"].fields
    assert fields["DynamicFieldName"].widget.choices == [("", "-"), ("Order", "Order")]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        (FILTER, {"SetCheckBoxName": "IsOTA"}, "SetCheckBoxName: there is no dynamic field of type checkbox 'IsOTA'"),
        (FILTER, {"CustomerUserBackend": "CustomerUsr"}, "the nearest is 'CustomerUser'"),
        (FILTER, {"Module": "no.such.Filter"}, "Module: a class, or a name that a package offers, is needed"),
        (MATCH, {"Module": "Match", "Match": {"Subject": "x"}, "Set": {"X-OTOBO-Queue": "Suport"}},
         "Set: X-OTOBO-Queue: there is no queue 'Suport'; the nearest is 'Support'"),
        (MATCH, {"Module": "Match", "Match": {"Subject": "x"}, "Set": {"X-OTOBO-State": "closed"}},
         "Set: X-OTOBO-State: there is no state 'closed'"),
        (MATCH, {"Module": "Match", "Match": {"Subject": "x"}, "Set": {"X-OTOBO-Priority": "high"}},
         "Set: X-OTOBO-Priority: there is no priority 'high'"),
        (MATCH, {"Module": "Match", "Match": {"Subject": "x"}, "Set": {"X-OTOBO-DynamicField-Order": "1"}},
         "Set: X-OTOBO-DynamicField-Order: there is no dynamic field 'Order'"),
        (NUMBERS, {"Module": EXTERNAL, "NumberRegExp": "(?P<number>1)", "DynamicFieldName": "Nr"},
         "DynamicFieldName: there is no dynamic field 'Nr'; there is none yet"),
    ],
)  # fmt: skip
def test_a_name_of_nothing_is_refused_by_set_and_by_import(
    name: str, value: dict[str, object], problem: str, terminal: Terminal, tmp_path: Path
) -> None:
    whole = {**CREATE_CUSTOMER_USER.default, **value} if name == FILTER else value
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({name: whole}))
    for words in (("set", name, json.dumps(whole)), ("import", str(file))):
        assert problem in terminal.refused("sysconfig", *words)
    assert not StoredValue.objects.exists()


def test_a_notification_for_refreshed_links_must_be_there_and_hold_the_link(
    terminal: Terminal, operator: Client
) -> None:
    name = TOKEN_REFRESH_NOTIFICATION_ID.name
    own = Notification.objects.create(name="New link", event="LinkRefreshed", subject="Link", text="Nothing")
    assert "'New link'" in terminal.refused("sysconfig", "set", name, "New link")
    own.text = "<OTOBO_OTACustomerTicketLink>"
    own.save()
    assert "the nearest is 'New link'" in terminal.refused("sysconfig", "set", name, "New lnk")
    form = operator.get(page(name)).context["form"]
    assert form.fields["value"].widget.choices == [("", "-"), ("New link", "New link")]
    assert operator.post(page(name), {"value": "New link"}).status_code == 302
    assert store.get(TOKEN_REFRESH_NOTIFICATION_ID) == "New link"
    assert operator.post(page(name), {"value": ""}).status_code == 302


def test_what_a_mail_says_in_place_of_a_name_is_not_known_before() -> None:
    DynamicField.objects.create(name="Order", type="text")
    value = {
        "Module": "Match",
        "Match": {"Subject": "(?P<q>[a-z]+)"},
        "Set": {"X-OTOBO-Queue": "{q}", "X-OTOBO-DynamicField-Order": "{q}", "X-OTOBO-Title": "Any"},
    }
    assert store.set_value(MATCH, value) == value


def test_a_name_that_goes_away_later_leaves_the_rest_of_its_setting_in_force() -> None:
    field = DynamicField.objects.create(name="IsOTA", type="checkbox")
    changed = {**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": "IsOTA", "CustomerHeaderSpoofProtection": False}
    store.set_value(FILTER, changed)
    field.delete()
    assert store.get(CREATE_CUSTOMER_USER) == changed
    with pytest.raises(InvalidValue):
        store.set_value(FILTER, changed)


def test_of_what_nobody_here_knows_any_name_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queues of a desk that is another system."""
    monkeypatch.delitem(named._registered, Kind.QUEUE)
    assert named.existing(Kind.QUEUE) is None
    value = {"Module": "Match", "Match": {"Subject": "x"}, "Set": {"X-OTOBO-Queue": "Elsewhere"}}
    assert store.set_value(MATCH, value) == value


def test_it_tells_what_there_is_where_nothing_is_like_it() -> None:
    Queue.objects.create(name="Orders", email="orders@localhost", sender_name="Orders")
    assert named.problem(Kind.QUEUE, "Zzz") == "there is no queue 'Zzz'; there are: Orders, Support"
    assert named.problem(Kind.QUEUE, "orders") == "there is no queue 'orders'; the nearest is 'Orders'"
    assert named.problem(Kind.QUEUE, "Orders") == ""
