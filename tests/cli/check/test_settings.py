"""`otalink check` on names of what is not there: in settings, mail accounts, mail texts and mail."""

from __future__ import annotations

import pytest
import time_machine

from otalink.cli.check.settings import problems
from otalink.minidesk.models import DynamicField, Queue
from otalink.notifications.models import Notification, NotificationEvent
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from otalink.postmaster.models import MailAccount
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, TOKEN_REFRESH_NOTIFICATION_ID
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.patterns import PRE_FILTERS
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db
LINK = "<OTOBO_OTACustomerTicketLink>"


def stored(name: str, value: object) -> None:
    """A value that was right when it was saved, or that an older version took."""
    StoredValue.objects.create(name=name, value=value)


def set_checkbox(name: str) -> None:
    stored(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "SetCheckBoxName": name})


def test_a_checkbox_that_tickets_do_not_have_is_a_problem() -> None:
    set_checkbox("NewCustomer")
    (problem,) = problems()
    assert problem == (
        f"setting {CREATE_CUSTOMER_USER.name}: SetCheckBoxName: there is no dynamic field of type checkbox "
        "'NewCustomer'; there is none yet; until it is, tickets are filed without it"
    )
    DynamicField.objects.create(name="NewCustomer", type="checkbox")
    assert list(problems()) == []


def test_a_text_field_is_no_checkbox() -> None:
    DynamicField.objects.create(name="NewCustomer", type="text")
    set_checkbox("NewCustomer")
    assert len(list(problems())) == 1


def test_a_notification_for_refreshed_links_without_a_link_is_a_problem() -> None:
    stored(TOKEN_REFRESH_NOTIFICATION_ID.name, "New link")
    (problem,) = problems()
    assert f"there is no notification that holds {LINK} 'New link'" in problem
    row = Notification.objects.create(
        name="New link", event=NotificationEvent.LINK_REFRESHED, language="en", subject="Link", text="Nothing"
    )
    assert len(list(problems())) == 1
    row.text = f"Here: {LINK}"
    row.save()
    assert list(problems()) == []


def test_a_queue_that_is_gone_is_named_where_a_filter_and_an_account_name_it() -> None:
    value = {"Module": "Match", "Match": {"Subject": "order"}, "Set": {"X-OTOBO-Queue": "Orders"}}
    stored(f"{PRE_FILTERS.prefix}500-Orders", value)
    MailAccount.objects.create(name="help", host="mail.example", user="help", queue="Orders")
    in_filter, of_account = problems()
    gone = "there is no queue 'Orders'; there are: Support; until it is, tickets go to"
    assert in_filter.startswith(f"setting {PRE_FILTERS.prefix}500-Orders: Set: X-OTOBO-Queue: {gone}")
    assert of_account.startswith(f"mail account help: {gone}")
    Queue.objects.create(name="Orders", email="orders@localhost", sender_name="Orders")
    assert list(problems()) == []


def test_a_text_with_a_mistyped_tag_is_a_problem() -> None:
    Notification.objects.create(name="Own", event="TicketCreated", subject="Own", text="<OTOBO_OTACustomerTicketLnk>")
    (problem,) = problems()
    assert problem.startswith(
        f"notification Own (en): <OTOBO_OTACustomerTicketLnk> is no tag; the nearest is {LINK}; customers read "
    )


def test_what_mail_named_and_is_not_there_is_a_problem_until_it_is_mended_or_a_week_old() -> None:
    with time_machine.travel("2026-11-23T12:00Z") as clock:
        run(mail("Hello", "X-OTOBO-Queue: Ordrs", "X-OTOBO-DynamicField-Order: 7"), Delivery(trusted=True))
        run(mail("Hello", "X-OTOBO-Queue: Ordrs"), Delivery(trusted=True))
        assert list(problems()) == [
            "mail of 2026-11-23 12:00 UTC: no dynamic field 'Order'; it was filed without that",
            "mail of 2026-11-23 12:00 UTC: no queue 'Ordrs'; it was filed without that",
        ]
        DynamicField.objects.create(name="Order", type="text")
        assert len(list(problems())) == 1
        clock.shift(8 * 86_400)
        assert list(problems()) == []
        run(mail("Hello", "X-OTOBO-Queue: Ordrs"), Delivery(trusted=True))
        assert len(list(problems())) == 1
