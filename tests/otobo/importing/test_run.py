"""`otalink otobo import` as an administrator sees it: what came over, what was wrong, what to switch off."""

from __future__ import annotations

import base64
import io

import pytest

from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection
from otalink.otobo.importing import run
from otalink.otobo.importing.settings import Taken, take
from otalink.sysconfig import declarations as d
from otalink.sysconfig import store
from tests.otobo.fake import agents, rights
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.importing.conftest import AddToken

pytestmark = pytest.mark.django_db


def change(otobo: Otobo, name: str, yaml: str, *, wrapped: bool = False) -> None:
    value = base64.b64encode(yaml.encode()).decode() if wrapped else yaml
    columns = "name, user_id, is_valid, effective_value"
    otobo.database.run(f"INSERT INTO sysconfig_modified ({columns}) VALUES (%s, NULL, 1, %s)", name, value)


def test_it_takes_links_over_and_says_what_is_left_to_do(add_on: Otobo, add_token: AddToken, ticket: Filed) -> None:
    add_token(ticket.number)
    add_token("2020010110000001")
    agents.add_customer_user(add_on, "nameless@customer.example", first=" ", last=" ")
    done = run.run()
    assert done["links"] == {
        "found": 2, "taken": 1, "taken, and live": 1, "there already": 0, "of ended tickets": 1, "broken": 0,
    }  # fmt: skip
    told = "\n".join(done["wrong there"])
    assert "2 links could be read by everybody" in told
    assert "1 links were kept for tickets that are gone" in told
    assert "1 customer users have no name: nameless@customer.example" in told
    assert any("DROP TABLE ota_tokens" in line for line in done["switch off"])


def test_changed_settings_come_over_and_others_stay(add_on: Otobo) -> None:
    change(add_on, d.ACCESS_DAYS_AFTER_CLOSE.name, "--- '30'\n")
    change(add_on, d.MESSAGE_NEW_LINK.name, "--- 'Look into your mailbox.'\n", wrapped=not add_on.database.is_mariadb)
    change(
        add_on,
        d.CREATE_CUSTOMER_USER.name,
        "---\nModule: Kernel::System::PostMaster::Filter::CreateCustomerUser\nCustomerUserBackend: CustomerUser\n"
        "SetCheckBoxName: ''\nCustomerHeaderSpoofProtection: '0'\n",
    )
    change(add_on, "Ticket::Hook", "--- Ticket#\n")
    taken = {each.setting: each.became for each in take()}
    assert taken == {
        d.ACCESS_DAYS_AFTER_CLOSE.name: "taken",
        d.MESSAGE_NEW_LINK.name: "taken",
        d.CREATE_CUSTOMER_USER.name: "taken",
    }
    assert store.get(d.ACCESS_DAYS_AFTER_CLOSE) == 30
    assert store.get(d.MESSAGE_NEW_LINK)["en"] == "Look into your mailbox."
    assert store.get(d.CREATE_CUSTOMER_USER) == {
        **d.CREATE_CUSTOMER_USER.default,
        "CustomerHeaderSpoofProtection": False,
    }


def test_what_was_set_here_since_is_not_set_back(add_on: Otobo) -> None:
    change(add_on, d.ACCESS_DAYS_AFTER_CLOSE.name, "--- '30'\n")
    take()
    store.set_value(d.ACCESS_DAYS_AFTER_CLOSE.name, 7)
    store.forget_cache()
    assert take() == [Taken(d.ACCESS_DAYS_AFTER_CLOSE.name, "30", "is set here already, and stays as it is")]
    assert store.get(d.ACCESS_DAYS_AFTER_CLOSE) == 7


def test_the_number_of_a_notification_is_told_and_not_taken(add_on: Otobo) -> None:
    change(add_on, d.TOKEN_REFRESH_NOTIFICATION_ID.name, "--- '14'\n")
    (told,) = take()
    assert told.became.startswith("not taken: is the number of a notification of OTOBO")


def test_settings_that_may_not_be_read_stop_no_link(add_on: Otobo, add_token: AddToken, ticket: Filed) -> None:
    add_token(ticket.number)
    rights.revoke(add_on.database, "sysconfig_modified")
    connection.close()
    done = run.run()
    assert done["links"]["taken"] == 1
    assert str(done["settings"]).startswith("not read (")


def test_tokens_that_may_not_be_read_name_the_rights_that_are_missing(add_on: Otobo) -> None:
    rights.revoke(add_on.database, "ota_tokens")
    connection.close()
    with pytest.raises(DeskUnavailable, match=r"otalink otobo sql --import"):
        run.run()


def test_the_bar_grows_where_somebody_watches() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    watched, unwatched = Terminal(), io.StringIO()
    for stream in (watched, unwatched):
        report = run.bar(stream, 200)
        report(100)
        report(200)
    assert "[####################                    ]  50% 100 links" in watched.getvalue()
    assert watched.getvalue().endswith("100% 200 links\n")
    assert unwatched.getvalue() == ""
