"""`050-BounceDetection`: mail that came back, and addresses that get no more."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from otalink.customers import directory
from otalink.minidesk.models import Article, History
from otalink.notifications import refresh, undeliverable
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.results import status
from otalink.postmaster.intake import Delivery, Outcome, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import BOUNCE_DETECTION
from otalink.tokens import issue
from otalink.tokens.redeem import Standing, inspect
from tests.postmaster.builders import mail, multipart, part
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
    assert undeliverable.why(make.ANN).endswith("smtp; 550 5.1.1 no such mailbox")
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
    ("code", "action"), [("4.4.1", "delayed"), ("5.2.2", "failed"), ("2.0.0", "delivered"), ("4.2.2", "failed")]
)
def test_what_may_pass_marks_nobody(code: str, action: str, number: str) -> None:
    assert run(bounce(sent_mail(number), code, action)).ticket == number
    assert undeliverable.why(make.ANN) == ""


SOFT = [
    ("5.2.2", "552 5.2.2 mailbox is over quota"),
    ("5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"),
    ("5.1.1", "550 5.1.1 rejected, 192.0.2.1 is on our blocklist"),
    ("5.7.26", "550 5.7.26 unauthenticated mail is not accepted"),
    ("5.3.4", "552 5.3.4 message size exceeds fixed limit"),
    ("5.4.4", "unable to look up host mx.customer.example"),
    ("5.0.0", "550 administrative prohibition"),
    ("5.3.0", "554 transaction failed"),
]


@pytest.mark.parametrize(("code", "said"), SOFT)
def test_full_mailbox_policy_blocked_ip_and_size_mark_nobody_and_the_mail_goes_again(
    number: str, code: str, said: str
) -> None:
    sent = OutboxMail.objects.get(message_id=sent_mail(number))
    assert run(bounce(sent.message_id, code, said=said)).ticket == number
    assert undeliverable.why(make.ANN) == ""
    again = OutboxMail.objects.get(resend_of=sent)
    assert (again.state, again.customer_login, again.returns) == (MailState.QUEUED, make.ANN, 1)
    assert said in History.objects.filter(type="Undeliverable").latest("id").text


HARD = [
    ("5.1.1", "550 5.1.1 user unknown"),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
    ("5.2.1", "550 5.2.1 mailbox disabled"),
    ("5.0.0", "550 No such user here"),
    ("5.5.0", "554 5.5.0 unknown recipient"),
]


@pytest.mark.parametrize(("code", "said"), HARD)
def test_an_address_that_is_wrong_by_code_or_by_words_is_marked_and_tried_no_more(
    number: str, code: str, said: str
) -> None:
    sent = OutboxMail.objects.get(message_id=sent_mail(number))
    run(bounce(sent.message_id, code, said=said))
    assert undeliverable.why(make.ANN).endswith(said)
    assert not OutboxMail.objects.filter(resend_of=sent).exists()


def sent_in_its_turn(mail: OutboxMail) -> str:
    """The worker sent it; returns its message id."""
    OutboxMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=timezone.now())
    return mail.message_id


def test_a_day_on_a_blocklist_silences_nobody_once_it_is_over(number: str) -> None:
    message_id = sent_mail(number)
    for _ in range(3):
        run(bounce(message_id, "5.7.1", said="554 5.7.1 blocked using bl.example"))
        message_id = sent_in_its_turn(OutboxMail.objects.exclude(resend_of=None).latest("pk"))
    assert status.undelivered_tickets() == []
    assert refresh.request_refresh(number, make.ANN)


def test_what_comes_back_again_and_again_is_not_sent_for_ever(number: str) -> None:
    message_id, sent = sent_mail(number), 1
    run(bounce(message_id, "5.2.2"))
    while again := OutboxMail.objects.filter(state=MailState.QUEUED).exclude(resend_of=None).first():
        run(bounce(sent_in_its_turn(again), "5.2.2"))
        sent += 1
    assert sent == 4
    assert status.undelivered_tickets() == [number]


RETURNED = "Received: by mx\r\nFrom: support@localhost\r\nMessage-ID: <{}>\r\nSubject: Re: x\r\n"


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "text/plain; name=headers.txt"])
def test_a_bounce_without_a_report_is_matched_by_our_message_id_in_what_it_returns(number: str, kind: str) -> None:
    returned = RETURNED.format(sent_mail(number)).encode()
    raw = multipart("mixed", part(b"Delivery failed: user unknown."), part(returned, kind))
    result = run(raw.replace(b"Ann Lee <ann@customer.example>", b"Postmaster <postmaster@mx.example>"))
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, number)
    assert undeliverable.why(make.ANN)


@pytest.mark.parametrize(
    ("sender", "header"),
    [
        ("postmaster@new.example", ""),
        ("MAILER-DAEMON <>", ""),
        ("Robot <robot@new.example>", "X-Apple-Action: OOF"),
        ("Robot <robot@new.example>", "X-Autoreply: yes"),
        ("Robot <robot@new.example>", "X-Autoresponder: on"),
        ("Robot <robot@new.example>", "X-Failed-Recipients: ann@customer.example"),
    ],
)
def test_machines_get_no_account_and_no_answer_though_no_envelope_sender_is_at_hand(
    db: None, sender: str, header: str
) -> None:
    result = run(mail("I am not here.", *filter(None, [header]), sender=sender), Delivery(mail_from=None))
    assert result.outcome is Outcome.NEW_TICKET
    feed()
    assert not OutboxMail.objects.exists()
    assert list(directory.everybody()) == []


def test_a_delivery_status_outside_a_report_gets_no_account_and_no_answer(db: None) -> None:
    fields = b"Reporting-MTA: dns; mx.new.example\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    raw = multipart("mixed", part(b"Sorry."), part(fields, "message/delivery-status"))
    run(raw.replace(b"ann@customer.example", b"gateway@new.example"))
    feed()
    assert not OutboxMail.objects.exists()
    assert list(directory.everybody()) == []


def test_what_a_mail_system_quotes_of_our_link_is_kept_nowhere(number: str) -> None:
    secret = link(number)
    run(bounce(sent_mail(number), "5.7.1", said=f"554 5.7.1 blocked because of https://desk.example/l/{secret}"))
    noted = [*OutboxMail.objects.values_list("last_error", flat=True), *History.objects.values_list("text", flat=True)]
    assert any("blocked because of" in text for text in noted)
    assert not any(secret in text for text in noted)


def link(number: str) -> str:
    """A link whose mail was taken by the server."""
    issued = issue.issue(number, make.ANN)
    issue.mark_delivered(issued.id)
    return issued.url.rpartition("/")[2]


@pytest.mark.parametrize("code", ["5.1.1", "5.2.2"])
def test_the_link_in_a_mail_that_came_back_holds_no_older_one_up(number: str, code: str) -> None:
    older, newest = link(number), link(number)
    assert inspect(older).standing is Standing.REPLACED
    run(bounce(sent_mail(number), code))
    assert (inspect(older).standing, inspect(newest).standing) == (Standing.SPENT, Standing.SPENT)
    assert refresh.request_refresh(number, make.ANN) is (code == "5.2.2")


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
