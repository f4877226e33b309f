"""`otalink check` on settings that name something which is not there."""

from __future__ import annotations

import pytest

from otalink.cli.check.settings import problems
from otalink.minidesk.models import DynamicField
from otalink.notifications.models import Notification, NotificationEvent
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, TOKEN_REFRESH_NOTIFICATION_ID

pytestmark = pytest.mark.django_db


def _set_checkbox(name: str) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**store.get(CREATE_CUSTOMER_USER), "SetCheckBoxName": name})


def test_a_checkbox_that_tickets_do_not_have_is_a_problem() -> None:
    _set_checkbox("NewCustomer")
    (problem,) = problems()
    assert problem.startswith(f"setting {CREATE_CUSTOMER_USER.name}: SetCheckBoxName is 'NewCustomer'")
    DynamicField.objects.create(name="NewCustomer", type="checkbox")
    assert list(problems()) == []


def test_a_text_field_is_no_checkbox() -> None:
    DynamicField.objects.create(name="NewCustomer", type="text")
    _set_checkbox("NewCustomer")
    assert len(list(problems())) == 1


def test_a_notification_for_refreshed_links_without_a_link_is_a_problem() -> None:
    store.set_value(TOKEN_REFRESH_NOTIFICATION_ID.name, "New link")
    (problem,) = problems()
    assert "no notification 'New link' holds <OTOBO_OTACustomerTicketLink>" in problem
    row = Notification.objects.create(
        name="New link", event=NotificationEvent.LINK_REFRESHED, language="en", subject="Link", text="Nothing"
    )
    assert len(list(problems())) == 1
    row.text = "Here: <OTOBO_OTACustomerTicketLink>"
    row.save()
    assert list(problems()) == []
