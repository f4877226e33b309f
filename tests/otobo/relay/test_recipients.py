"""Who gets what of OTOBO's mail: their own link, the plain address, or nothing of ours besides."""

from __future__ import annotations

import json
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from pytest_django import Settings

from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.current import get_desk
from otalink.desk.port import DeskUnavailable
from otalink.desk.types import HistoryType
from otalink.notifications import outbox
from otalink.notifications.deliver import deliver
from otalink.notifications.models import PASSED_ON, MailState, NotificationEvent, OutboxMail
from otalink.notifications.passed_on.copies import read
from otalink.notifications.transport.mailer import TemporaryFailure
from otalink.otobo.reading import mails as mails_by_id
from otalink.postmaster.sources.listener import Listener
from otalink.sysconfig import store
from otalink.tokens.models import Token, TokenState
from otalink.tokens.redeem import Standing, inspect, redeem
from tests.notifications.reading import code_in, part, secret_in
from tests.otobo.fake import agents, answers, mails
from tests.otobo.fake.articles import mail as written
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.relay.mails import crlf, parsed
from tests.otobo.watching import Watching
from tests.support import make
from tests.support.mail_server import MailServer
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)
ANN, BOB = "ann@customer.example", "bob@customer.example"


@pytest.fixture(autouse=True)
def _companion(companion: Otobo) -> None: ...


def opened(otobo: Otobo, sender: str = ANN) -> Filed:
    return mails.new_ticket(otobo, written(sender=sender))


def handed_over(otobo: Otobo) -> list[OutboxMail]:
    """What OTOBO's queue holds, as the relay keeps it."""
    known = set(OutboxMail.objects.values_list("pk", flat=True))
    for row, sender, recipients, raw in otobo.database.rows(
        "SELECT id, sender, recipient, raw_message FROM mail_queue"
    ):
        outbox.pass_on(crlf(otobo.database.read(raw)), sender or "", json.loads(recipients))
        otobo.run("DELETE FROM mail_queue WHERE id = %s", row)
    return list(OutboxMail.objects.filter(event=PASSED_ON).exclude(pk__in=known).order_by("pk"))


def passed_on(otobo: Otobo) -> list[OutboxMail]:
    """The same, delivered."""
    found = handed_over(otobo)
    for each in found:
        deliver.call(each.pk)
        each.refresh_from_db()
    return found


def last_to(server: MailServer, address: str) -> EmailMessage:
    """What somebody got last."""
    place = max(n for n, found in enumerate(server.recipients) if found == address)
    return server.messages[place]


def live(message: EmailMessage) -> bool:
    return inspect(secret_in(message)).standing is Standing.LIVE


def test_the_reader_gets_a_link_of_their_own_that_signs_in_once(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    answer, notification = passed_on(companion)
    assert (answer.state, notification.state) == (MailState.SENT, MailState.SENT)
    mail = last_to(server, ANN)
    assert inspect(secret_in(mail)).ticket_number == ticket.number
    assert code_in(mail)
    assert "not-me" in part(mail, "html")
    assert (notification.ticket_number, notification.customer_login) == (ticket.number, ANN)
    assert redeem(secret_in(mail)).standing is Standing.LIVE


def test_a_mail_without_a_place_for_a_link_makes_none(companion: Otobo, server: MailServer) -> None:
    make.customer()
    companion.notifies = False
    opened(companion)
    (answer,) = passed_on(companion)
    assert Token.objects.count() == 0
    assert server.messages[0].as_bytes().count(b"Received: by 127.0.0.1 (otalink relay)") == 1
    assert answer.customer_login == ANN


def test_message_id_and_headers_of_otobo_are_kept_but_for_one_more_reference(
    companion: Otobo, server: MailServer
) -> None:
    make.customer()
    filed = opened(companion)
    handed = handed_over(companion)[-1]
    raw = parsed(read(handed.passed_on))
    deliver.call(handed.pk)
    sent = last_to(server, ANN)
    assert [(name, value) for name, value in sent.items() if name not in {"Received", "References"}] == list(
        raw.items()
    )
    assert sent["References"] == f"<{handed.message_id}>"
    assert mails_by_id.find(str(sent["Message-ID"]).strip("<>")).ticket_id == filed.id  # type: ignore[union-attr]


def test_copies_of_colleagues_and_strangers_have_the_plain_address(companion: Otobo, server: MailServer) -> None:
    make.customer()
    make.customer("carl@customer.example")
    make.customer(BOB)
    ticket = opened(companion)
    passed_on(companion)
    get_desk().add_participant(ticket.number, BOB, notify=False)
    text = f"Your ticket: {answers.TAG}"
    agents.answer(companion, ticket, text, to=f"Ann Lee <{ANN}>", cc=f"{BOB}, carl@customer.example, x@y.example")
    passed_on(companion)
    links = {address: part(last_to(server, address), "plain") for address in (ANN, BOB, "carl@customer.example")}
    assert secret_in(last_to(server, ANN)) != secret_in(last_to(server, BOB))
    assert inspect(secret_in(last_to(server, BOB))).customer_login == BOB
    for address in ("carl@customer.example", "x@y.example"):
        shown = part(last_to(server, address), "plain")
        assert f"http://127.0.0.1:8000/tickets/{ticket.number}" in shown
        assert "/l/" not in shown
    assert "OTOBO_OTA" not in "".join(links.values())


def test_mail_to_agents_has_no_link(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    passed_on(companion)
    agents.note(companion, ticket, "look at this")
    (mail,) = passed_on(companion)
    assert (mail.ticket_number, mail.customer_login) == ("", "")
    assert "/l/" not in last_to(server, "anna@desk.example").as_string()


def test_the_newest_delivered_link_supersedes_the_older(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    passed_on(companion)
    first = last_to(server, ANN)
    agents.answer(companion, ticket, f"See {answers.TAG}")
    passed_on(companion)
    assert (live(first), live(last_to(server, ANN))) == (False, True)


def test_a_mail_that_does_not_leave_leaves_the_older_link_alone(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    passed_on(companion)
    first = last_to(server, ANN)
    agents.answer(companion, ticket, f"See {answers.TAG}")
    server.to_recipient = "450 4.2.1 not now"
    (waiting,) = handed_over(companion)
    with pytest.raises(TemporaryFailure):
        deliver.call(waiting.pk)
    assert live(first)
    server.to_recipient = "550 5.1.1 no such user"
    assert deliver.call(waiting.pk) == MailState.FAILED
    assert live(first)
    assert Token.objects.filter(state=TokenState.REVOKED).exists()
    undelivered = [entry for entry in get_desk().history_since(0) if entry.type is HistoryType.UNDELIVERABLE]
    assert [entry.ticket_number for entry in undelivered] == [ticket.number]


def test_whoever_is_about_to_become_a_customer_user_is_waited_for(companion: Otobo, server: MailServer) -> None:
    opened(companion)
    mail = handed_over(companion)[-1]
    with pytest.raises(TemporaryFailure):
        deliver.call(mail.pk)
    assert server.messages == []
    make.customer()
    assert deliver.call(mail.pk) == MailState.SENT
    assert live(last_to(server, ANN))


def test_after_an_outage_the_watcher_is_waited_for_however_long_it_was(companion: Otobo, server: MailServer) -> None:
    watching = Watching()
    store.set_value("PostMaster::Authentication::TrustedServers", "mx.desk.example")
    checked = "mx.desk.example; dmarc=pass header.from=customer.example"
    mails.new_ticket(companion, written(sender=ANN, Authentication_Results=checked))
    mail = handed_over(companion)[-1]
    OutboxMail.objects.update(created=timezone.now() - timedelta(hours=3))
    with pytest.raises(TemporaryFailure):
        deliver.call(mail.pk)
    watching.look()
    assert deliver.call(mail.pk) == MailState.SENT
    assert live(last_to(server, ANN))


def test_whoever_becomes_none_gets_the_plain_address_in_the_end(companion: Otobo, server: MailServer) -> None:
    ticket = opened(companion)
    mail = handed_over(companion)[-1]
    OutboxMail.objects.update(created=timezone.now() - timedelta(minutes=3))
    assert deliver.call(mail.pk) == MailState.SENT
    assert f"/tickets/{ticket.number}" in part(last_to(server, ANN), "plain")
    assert Token.objects.count() == 0


def test_nobody_gets_a_link_once_access_has_ended(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    agents.close(companion, ticket)
    store.set_value("OneTimeAuth::AccessDaysAfterClose", 0)
    passed_on(companion)
    assert "/l/" not in last_to(server, ANN).as_string()


def test_whoever_has_a_password_gets_the_plain_address(companion: Otobo, server: MailServer) -> None:
    make.customer()
    DatabaseBackend("CustomerUser").set_password(ANN, "correct horse")
    opened(companion)
    passed_on(companion)
    assert "/l/" not in last_to(server, ANN).as_string()


def test_links_of_others_that_were_quoted_reach_nobody(companion: Otobo, server: MailServer) -> None:
    make.customer()
    make.customer(BOB)
    ticket = opened(companion)
    passed_on(companion)
    get_desk().add_participant(ticket.number, BOB, notify=False)
    secret = secret_in(last_to(server, ANN))
    agents.answer(companion, ticket, f"> http://127.0.0.1:8000/l/{secret}", to=ANN, cc=BOB)
    passed_on(companion)
    assert secret not in last_to(server, BOB).as_string()


def test_it_waits_while_the_database_of_otobo_is_away(companion: Otobo, server: MailServer, settings: Settings) -> None:
    make.customer()
    opened(companion)
    mail = handed_over(companion)[-1]
    there = settings.OTALINK_OTOBO_DATABASE
    settings.OTALINK_OTOBO_DATABASE = {**there, "HOST": "127.0.0.1", "PORT": free_port()}
    with pytest.raises(DeskUnavailable):
        deliver.call(mail.pk)
    settings.OTALINK_OTOBO_DATABASE = there
    assert deliver.call(mail.pk) == MailState.SENT


def test_a_link_in_a_mail_written_before_a_merge_leads_to_the_main_ticket(companion: Otobo, server: MailServer) -> None:
    make.customer()
    merged, main = opened(companion), opened(companion)
    passed_on(companion)
    agents.answer(companion, merged, f"See {answers.TAG}")
    agents.merge(companion, merged, main)
    passed_on(companion)
    assert inspect(secret_in(last_to(server, ANN))).ticket_number == main.number


def letter(event: NotificationEvent, filed: Filed, participant: str = "") -> str:
    mail = outbox.draft(event, filed.number, article_id=filed.article, participant=participant)
    outbox.queue([mail])
    return deliver.call(mail.pk)


def test_where_otobo_answers_we_do_not_as_well(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    assert letter(NotificationEvent.TICKET_CREATED, ticket) == MailState.DROPPED
    answer = agents.answer(companion, ticket, "We come.")
    assert letter(NotificationEvent.AGENT_REPLIED, answer) == MailState.DROPPED
    assert server.messages == []


def test_whom_otobo_does_not_write_to_we_do(companion: Otobo, server: MailServer) -> None:
    make.customer()
    make.customer(BOB)
    companion.notifies = companion.auto_reply = False
    ticket = opened(companion)
    assert letter(NotificationEvent.TICKET_CREATED, ticket) == MailState.SENT
    get_desk().add_participant(ticket.number, BOB, notify=False)
    answer = agents.answer(companion, ticket, "We come.")
    assert letter(NotificationEvent.AGENT_REPLIED, answer, participant=BOB) == MailState.SENT
    note = agents.note(companion, ticket, "A note you may see.", visible=True)
    assert letter(NotificationEvent.AGENT_REPLIED, note) == MailState.SENT
    assert server.recipients == [ANN, BOB, ANN]


def test_a_notification_of_otobos_about_a_note_is_enough(companion: Otobo, server: MailServer) -> None:
    make.customer()
    ticket = opened(companion)
    note = agents.note(companion, ticket, "A note you may see.", visible=True)
    answers.send(companion, "SendCustomerNotification", ticket, ANN)
    assert letter(NotificationEvent.AGENT_REPLIED, note) == MailState.DROPPED


def test_without_the_relay_our_mail_goes_whatever_otobo_sends(
    companion: Otobo, server: MailServer, settings: Settings
) -> None:
    settings.OTALINK_OTOBO_RELAY = None
    make.customer()
    assert letter(NotificationEvent.TICKET_CREATED, opened(companion)) == MailState.SENT


def test_otobos_own_queue_hands_over_what_the_reader_opens(
    companion: Otobo, server: MailServer, relay: Listener
) -> None:
    make.customer()
    ticket = opened(companion)
    assert answers.send_queue(companion, "127.0.0.1", relay.port) == 2
    for mail in OutboxMail.objects.filter(event=PASSED_ON):
        deliver.call(mail.pk)
    (message,) = [mail for mail in server.messages if "Your way in" in mail["Subject"]]
    assert inspect(secret_in(message)).ticket_number == ticket.number
