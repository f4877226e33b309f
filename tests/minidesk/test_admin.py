"""The embedded desk in `/admin`."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.desk.types import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


@pytest.mark.filterwarnings("ignore:Overriding get_action_choices")  # the admin's theme does so
@pytest.mark.parametrize("model", ["queue", "ticket", "dynamicfield"])
def test_the_desk_s_records_are_in_the_admin(client: Client, ticket: Ticket, model: str) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    assert client.get(f"/admin/minidesk/{model}/").status_code == 200
    assert client.get(f"/admin/minidesk/{model}/add/").status_code == (403 if model == "ticket" else 200)
