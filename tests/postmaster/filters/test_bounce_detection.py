"""`050-BounceDetection`: mail that came back, and addresses that get no more."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.minidesk.models import Article, History
from otalink.notifications import refresh, undeliverable
from otalink.notifications.deliver import deliver
from otalink.notifications.models import MailState, OutboxMail
from otalink.postmaster.intake import Outcome, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import BOUNCE_DETECTION
from otalink.tokens import issue
from otalink.tokens.redeem import Standing, inspect
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import bounce, sent_mail
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def number() -> str:
    return run(mail()).ticket


def test_a_bounce_is_filed_on_its_ticket_hidden_and_marks_the_address(number: str) -> None:
    result = run(bounce(sent_mail(number)))
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, number)
    assert not Article.objects.order_by("-id")[0].visible_for_customer
    assert undeliverable.why(make.ANN).endswith("smtp; 550 5.1.1 no such")
    assert make.ANN in History.objects.get(type="Undeliverable").text


def test_no_link_is_mailed_to_a_marked_address(number: str) -> None:
    run(bounce(sent_mail(number)))
    assert not refresh.request_refresh(number, make.ANN)
    queued = OutboxMail.objects.get(message_id=sent_mail(number))
    OutboxMail.objects.filter(pk=queued.pk).update(state=MailState.QUEUED)
    assert deliver.func(queued.pk) == MailState.DROPPED
    assert "came back" in OutboxMail.objects.get(pk=queued.pk).last_error
    assert "came back" in History.objects.filter(type="Undeliverable").latest("id").text


def test_a_person_who_writes_from_the_address_gets_mail_again(number: str) -> None:
    run(bounce(sent_mail(number)))
    run(mail("I am away.", "Auto-Submitted: auto-replied"))
    assert undeliverable.why(make.ANN)
    run(mail("My mailbox works again.", sender="ANN@customer.example"))
    assert undeliverable.why(make.ANN) == ""
    assert refresh.request_refresh(number, make.ANN)


@pytest.mark.parametrize(
    ("status", "action"), [("4.4.1", "delayed"), ("5.2.2", "failed"), ("2.0.0", "delivered"), ("4.2.2", "failed")]
)
def test_what_may_pass_marks_nobody(status: str, action: str, number: str) -> None:
    assert run(bounce(sent_mail(number), status, action)).ticket == number
    assert undeliverable.why(make.ANN) == ""


def link(number: str) -> str:
    """A link whose mail was taken by the server."""
    issued = issue.issue(number, make.ANN)
    issue.mark_delivered(issued.id)
    return issued.url.rpartition("/")[2]


@pytest.mark.parametrize("status", ["5.1.1", "5.2.2"])
def test_the_link_in_a_mail_that_came_back_holds_no_older_one_up(number: str, status: str) -> None:
    older, newest = link(number), link(number)
    assert inspect(older).standing is Standing.REPLACED
    run(bounce(sent_mail(number), status))
    assert (inspect(older).standing, inspect(newest).standing) == (Standing.SPENT, Standing.SPENT)
    assert refresh.request_refresh(number, make.ANN) is (status == "5.2.2")


def test_a_link_that_came_later_survives_the_bounce_of_an_older_mail(number: str) -> None:
    lost = sent_mail(number)
    sent_mail(number)
    newest = link(number)
    run(bounce(lost))
    assert inspect(newest).standing is Standing.LIVE


def test_a_mail_that_is_only_late_keeps_its_link(number: str) -> None:
    newest = link(number)
    run(bounce(sent_mail(number), "4.4.1", "delayed"))
    assert inspect(newest).standing is Standing.LIVE


def test_a_forged_bounce_that_knows_no_mail_of_ours_marks_nobody(number: str) -> None:
    sent_mail(number)
    run(bounce("guessed@localhost"))
    run(bounce("first@customer.example"))
    assert undeliverable.why(make.ANN) == ""


def test_a_bounce_marks_the_one_we_wrote_to_whomever_it_names(number: str) -> None:
    make.customer("bob@customer.example")
    run(bounce(sent_mail(number), about="bob@customer.example"))
    assert undeliverable.why("bob@customer.example") == ""
    assert undeliverable.why(make.ANN)


def test_a_bounce_in_plain_text_is_known_by_the_headers_it_quotes(number: str) -> None:
    text = (
        "Hi. This is the qmail-send program at mx.example.\r\n<ann@customer.example>:\r\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n"
        f"Subject: x\r\nMessage-ID: <{sent_mail(number)}>\r\n"
    )
    result = run(mail(text, sender="MAILER-DAEMON@mx.example", subject="failure notice"))
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, number)
    assert undeliverable.why(make.ANN).endswith("5.1.1")


def test_a_person_who_quotes_a_message_id_opens_a_ticket_of_their_own(number: str) -> None:
    text = f"Message-ID: <{sent_mail(number)}>\r\n550 5.1.1"
    assert run(mail(text, sender="bob@customer.example")).outcome is Outcome.NEW_TICKET
    assert undeliverable.why(make.ANN) == ""


def test_an_operator_may_leave_addresses_unmarked(number: str) -> None:
    store.set_value(BOUNCE_DETECTION.name, {**BOUNCE_DETECTION.default, "MarkUndeliverable": False})
    assert run(bounce(sent_mail(number))).ticket == number
    assert undeliverable.why(make.ANN) == ""


def test_an_operator_sees_marked_addresses_in_the_admin_and_takes_a_mark_away(client: Client, number: str) -> None:
    run(bounce(sent_mail(number)))
    client.force_login(User.objects.create_superuser("operator"))
    where = "/admin/notifications/undeliverableaddress/"
    assert make.ANN in client.get(where, {"q": "ann"}).content.decode()
    address = make.ANN.replace("@", "_40")
    assert client.get(f"{where}add/").status_code == 403
    assert client.post(f"{where}{address}/change/", {"reason": "x"}).status_code == 403
    assert client.post(f"{where}{address}/delete/", {"post": "yes"}).status_code == 302
    assert undeliverable.why(make.ANN) == ""


def test_a_mark_is_for_the_very_address_however_it_is_written() -> None:
    undeliverable.mark("André@bücher.example", "gone")
    assert undeliverable.why("ANDRÉ@xn--bcher-kva.example")
    assert undeliverable.why("Andre@bücher.example") == ""
    undeliverable.clear("andré@Bücher.example")
    assert undeliverable.why("André@bücher.example") == ""
