"""Customer users in `/admin`: further addresses and merges."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.customers import aliases
from otalink.customers.models import CustomerUserRecord, MergedLogin
from tests.customers.ann import OLD, WORK
from tests.support.make import ANN

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("ann_has_two_addresses")
def test_an_operator_adds_an_address_in_the_admin_and_mistakes_are_said(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    url = "/admin/customers/secondaryaddress/add/"
    assert "is an address of" in client.post(url, {"login": ANN, "address": WORK}).content.decode()
    assert "no such customer user" in client.post(url, {"login": "nobody", "address": "a@x.example"}).content.decode()
    assert client.post(url, {"login": ANN, "address": "Ann@Home.Example"}).status_code == 302
    assert aliases.addresses_of(ANN) == [WORK, "ann@home.example"]


@pytest.mark.usefixtures("ann_twice")
def test_an_operator_merges_in_the_admin_into_the_one_who_was_there_first(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    ids = list(CustomerUserRecord.objects.values_list("pk", flat=True))
    page = client.post(
        "/admin/customers/customeruserrecord/", {"action": "merge", "_selected_action": ids}, follow=True
    ).content.decode()
    assert f"{OLD} is {ANN} from now on." in page
    record = MergedLogin.objects.get()
    assert (record.login, record.into, record.by) == (OLD, ANN, "root")
    assert client.get("/admin/customers/mergedlogin/").status_code == 200
    assert client.get("/admin/customers/pendingsender/").status_code == 200
