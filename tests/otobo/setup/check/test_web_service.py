"""What `otalink check` finds out about the web service, against one that refuses as OTOBO does."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from otalink.otobo import ticket_changes
from otalink.otobo.models import TicketChange
from otalink.otobo.reading import tickets
from otalink.otobo.setup.check import web_service
from otalink.sysconfig import named, store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from tests.otobo.fake import mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest

pytestmark = pytest.mark.django_db
_MAIL = b"From: ann@customer.example\nTo: otobo@localhost\nSubject: Fire\nMessage-ID: <%d@c.example>\n\nFire\n"


def found() -> list[str]:
    return list(web_service.problems([]))


def test_an_agent_who_may_read_every_queue_is_well(otobo: Otobo, beside: Rest) -> None:
    notes: list[str] = []
    assert list(web_service.problems(notes)) == []
    assert "there is no ticket yet" in notes[0]
    mails.new_ticket(otobo, _MAIL % 1, queue="Raw")
    mails.new_ticket(otobo, _MAIL % 2, queue="Misc")
    assert found() == []


def test_the_queue_that_an_agent_may_not_read_is_named(otobo: Otobo, beside: Rest) -> None:
    mails.new_ticket(otobo, _MAIL % 1, queue="Raw")
    mails.new_ticket(otobo, _MAIL % 2, queue="Misc")
    beside.agent.rights["Misc"] = frozenset()
    (problem,) = found()
    assert "may not read tickets in queue Misc" in problem
    assert "give the agent ro, note and create" in problem


def test_a_wrong_password_is_told_once(otobo: Otobo, beside: Rest, settings: Settings) -> None:
    mails.new_ticket(otobo, _MAIL % 1, queue="Raw")
    mails.new_ticket(otobo, _MAIL % 2, queue="Misc")
    settings.OTALINK_OTOBO_REST_PASSWORD = "another"
    (problem,) = found()
    assert problem.startswith("OTALINK_OTOBO_REST_USER: OTOBO does not let this agent in")


def test_a_web_service_that_is_away_is_one_line(otobo: Otobo, beside: Rest, settings: Settings) -> None:
    mails.new_ticket(otobo, _MAIL % 1, queue="Raw")
    settings.OTALINK_OTOBO_REST_URL = "http://127.0.0.1:1/otobo/nph-genericinterface.pl/Webservice/otalink"
    (problem,) = found()
    assert problem.startswith("OTALINK_OTOBO_REST_URL: OTOBO's web service")


def test_the_right_that_a_checkbox_needs_is_named_where_one_is_set(
    otobo: Otobo, beside: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails.new_ticket(otobo, _MAIL % 1, queue="Raw")
    beside.agent.rights["Raw"] = frozenset()
    (without,) = found()
    assert "rw" not in without
    # Beside OTOBO, the embedded desk is not there to say which fields there are.
    monkeypatch.delitem(named._registered, named.Kind.CHECKBOX, raising=False)
    chosen = {**store.get(CREATE_CUSTOMER_USER), "SetCheckBoxName": "OTAMailSent"}
    store.set_value(CREATE_CUSTOMER_USER.name, chosen)
    (with_one,) = found()
    assert "give the agent ro, note, create and rw (rw for the checkbox OTAMailSent) on its group" in with_one


def test_a_checkbox_that_is_refused_for_lack_of_rw_says_so(otobo: Otobo, beside: Rest) -> None:
    beside.agent.everywhere = frozenset({"ro", "note", "create"})
    ticket = tickets.find(mails.new_ticket(otobo, _MAIL % 1, queue="Raw").number)
    assert ticket
    ticket_changes.set_fields(ticket, {"DynamicField-OTAMailSent": "1"})
    for _ in range(4):
        TicketChange.objects.update(next_try=timezone.now())
        ticket_changes.work_once()
    (problem,) = ticket_changes.problems()
    assert problem.endswith("; the agent of OTALINK_OTOBO_REST_USER needs rw on the group of its queue")
