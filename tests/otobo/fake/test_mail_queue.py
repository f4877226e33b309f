"""The fake's daemon hands waiting mail to the SMTP host, three times at most."""

from __future__ import annotations

from tests.otobo.fake import agents, answers, mails
from tests.otobo.fake.core import Otobo
from tests.support.mail_server import MailServer, mail_server
from tests.support.servers import free_port


def _place(server: MailServer) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("smtp://").partition(":")
    return host, int(port.partition("?")[0])


def test_answers_notifications_and_agents_mail_leave_with_their_envelopes(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    agents.answer(otobo, ticket, "Try again", cc="Colleague <colleague@cust.example>")
    with mail_server() as server:
        assert answers.send_queue(otobo, *_place(server)) == 3
    assert server.recipients == [
        *("ann@customer.example", "ann@customer.example"),
        *("ann@customer.example", "colleague@cust.example"),
    ]
    assert server.senders == ["<>", "<>", "otobo@localhost"]
    stored = otobo.database.rows("SELECT a_message_id FROM article_data_mime ORDER BY id")
    assert [message["Message-ID"] for message in server.messages] == [row[0] for row in stored[1:]]
    assert answers.TAG in server.messages[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_mail_is_given_up_after_three_attempts(otobo: Otobo) -> None:
    mails.new_ticket(otobo)
    nobody = free_port()
    for _ in range(answers.ATTEMPTS):
        assert otobo.database.value("SELECT COUNT(*) FROM mail_queue") == 2
        assert answers.send_queue(otobo, "127.0.0.1", nobody) == 0
    assert otobo.database.value("SELECT COUNT(*) FROM mail_queue") == 0


def test_a_permanent_refusal_of_one_recipient_drops_the_mail_for_all(otobo: Otobo) -> None:
    ticket = mails.new_ticket(otobo)
    otobo.run("DELETE FROM mail_queue")
    agents.answer(otobo, ticket, "Try again", cc="colleague@cust.example")
    with mail_server() as server:
        server.to_recipient = "550 5.1.1 no such mailbox"
        assert answers.send_queue(otobo, *_place(server)) == 0
    assert server.messages == []
    assert otobo.database.value("SELECT COUNT(*) FROM mail_queue") == 0
