"""Mail to an address that is not proven: of what a sender chose, nothing goes there."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.utils import timezone

from otalink.customers import admission, commands, directory
from otalink.customers.models import ProvisionalCustomerUser
from otalink.desk.types import SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Article
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, Notification, NotificationEvent, OutboxMail
from otalink.notifications.refresh import request_refresh
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from otalink.sysconfig import declarations, store
from otalink.tokens.redeem import redeem
from tests.notifications.reading import part, secret_in
from tests.postmaster.builders import MX, mail, proven, trust
from tests.support import make
from tests.support.mail_server import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]
# What the sender chose, each word found again wherever it turns up.
WORD = "wincasino"
SENDER = f"Wincasino Bonus <{make.ANN}>"
TITLE = "Visit wincasino.example now"


def forged(*headers: str, sender: str = SENDER, message_id: str = "") -> bytes:
    return mail(f"Go to {WORD}.example!", *headers, sender=sender, subject=TITLE, message_id=message_id or None)


def sent(server: MailServer) -> EmailMessage:
    """The newest mail, once everything due was delivered."""
    feed()
    for pk in OutboxMail.objects.filter(state=MailState.QUEUED).order_by("pk").values_list("pk", flat=True):
        deliver.call(pk)
    return server.messages[-1]


def reply(number: str) -> None:
    article = make.draft("Please call us.", sender_type=SenderType.AGENT, subject=f"Re: {TITLE}")
    MiniDesk().add_agent_reply(number, article)


def shown(message: EmailMessage) -> str:
    """Everything of a mail that a reader or a filter may see, but the headers of its thread."""
    headers = [f"{name}: {value}" for name, value in message.items() if name not in {"In-Reply-To", "References"}]
    return "\n".join([*headers, part(message, "plain"), part(message, "html")])


def words_in(message: EmailMessage) -> bool:
    return WORD in shown(message).lower()


def test_the_answer_to_a_forged_mail_holds_no_character_that_the_sender_chose(server: MailServer) -> None:
    thread = f"References: <{WORD}.a@x.example> <b@x.example>"
    number = run(forged(thread, f"Reply-To: {WORD}@elsewhere.example", message_id="m1@x.example")).ticket
    answer = sent(server)
    assert answer["Subject"] == f"We have your message [Ticket#{number}]"
    assert str(answer["To"]) == make.ANN
    assert part(answer, "plain").startswith("Hello,\n")
    assert not words_in(answer)
    assert answer["In-Reply-To"] == answer["References"] == "<m1@x.example>"


def test_the_neutral_subject_speaks_the_languages_of_the_mail(server: MailServer) -> None:
    number = run(forged("Content-Language: de")).ticket
    answer = sent(server)
    assert answer["Subject"] == f"Ihre Nachricht ist angekommen [Ticket#{number}]"
    assert part(answer, "plain").startswith("Hallo,\n")


def test_an_agents_answer_brings_the_agents_words_and_no_others(server: MailServer) -> None:
    number = run(forged()).ticket
    sent(server)
    reply(number)
    answer = sent(server)
    assert answer["Subject"] == f"There is an answer to your message [Ticket#{number}]"
    assert "Please call us." in part(answer, "plain")
    assert not words_in(answer)


def test_a_fresh_link_comes_without_the_title(server: MailServer) -> None:
    number = run(forged()).ticket
    sent(server)
    assert request_refresh(number, make.ANN)
    fresh = sent(server)
    assert fresh["Subject"] == f"Your new link [Ticket#{number}]"
    assert f"Ticket#{number}" in part(fresh, "plain")
    assert not words_in(fresh)


def test_a_participant_whom_a_mail_made_reads_no_title_either(server: MailServer) -> None:
    run(forged())
    other = make.ticket("bob@customer.example", make.draft(subject=TITLE, from_address="bob@customer.example"))
    sent(server)
    MiniDesk().add_participant(other.number, make.ANN)
    added = sent(server)
    assert added["Subject"] == f"You now take part in a request [Ticket#{other.number}]"
    assert not words_in(added)


def test_texts_of_operators_get_neutral_values_too(server: MailServer) -> None:
    text = (
        "Dear <OTOBO_CUSTOMER_DATA_UserFirstname> <OTOBO_CUSTOMER_DATA_UserLastname>, <OTOBO_TICKET_Title>, "
        "<OTOBO_CUSTOMER_SUBJECT[40]>, <OTOBO_CUSTOMER_BODY>, <OTOBO_CUSTOMER_DATA_UserFullname>, "
        "<OTOBO_AGENT_SUBJECT>\n\n<OTOBO_OTACustomerTicketLink>"
    )
    subject = "Re: <OTOBO_TICKET_Title> of <OTOBO_CUSTOMER_DATA_UserFullname>"
    event = NotificationEvent.TICKET_CREATED
    Notification.objects.create(name="Own", event=event, subject=subject, text=text, html=f"<p>{text}</p>")
    number = run(forged()).ticket
    answer = sent(server)
    assert answer["Subject"] == f"[Ticket#{number}] Re: Ticket#{number} of"
    assert part(answer, "plain").startswith(f"Dear, Ticket#{number}, Ticket#{number}")
    assert not words_in(answer)


def test_proven_mail_is_answered_with_title_and_name(server: MailServer) -> None:
    trust()
    number = run(mail("Hello", proven())).ticket
    answer = sent(server)
    assert answer["Subject"] == f"[Ticket#{number}] Printer"
    assert answer["To"].addresses[0].display_name == "Ann Lee"
    assert part(answer, "plain").startswith("Hello Ann,\n")


def test_what_an_operator_vouches_for_counts_as_proven(server: MailServer) -> None:
    run(mail(), Delivery(vouched=True))
    assert sent(server)["To"].addresses[0].display_name == "Ann Lee"


def test_whoever_opened_a_link_has_shown_that_the_mailbox_is_theirs(server: MailServer) -> None:
    number = run(mail()).ticket
    redeem(secret_in(sent(server)))
    reply(number)
    answer = sent(server)
    assert answer["Subject"] == f"[Ticket#{number}] Printer"
    assert part(answer, "plain").startswith("Hello Ann,\n")


def test_a_later_proven_mail_proves_the_address(server: MailServer) -> None:
    trust()
    first = run(mail()).ticket
    sent(server)
    run(mail("Hello", proven(), subject="Other"))
    sent(server)
    reply(first)
    assert sent(server)["Subject"] == f"[Ticket#{first}] Printer"


def test_whom_an_agent_lets_in_is_called_by_name(server: MailServer) -> None:
    number = run(mail("Hello", "X-Spam-Flag: YES")).ticket
    commands.admit(number)
    assert sent(server)["Subject"] == f"[Ticket#{number}] Printer"


def test_an_agents_answer_alone_proves_nobody(server: MailServer) -> None:
    number = run(forged("X-Spam-Flag: YES")).ticket
    reply(number)
    answer = sent(server)
    assert directory.find_valid(make.ANN)
    assert not words_in(answer)
    # Nobody is shut out for that.
    redeem(secret_in(answer))
    reply(number)
    assert words_in(sent(server))


def test_an_address_that_an_agent_wrote_is_proven(server: MailServer) -> None:
    number = make.ticket("bob@customer.example").number
    admission.invite(make.ANN)
    MiniDesk().add_participant(number, make.ANN)
    assert sent(server)["Subject"] == f"[Ticket#{number}] Printer"


@pytest.mark.parametrize("results", ["spf=softfail smtp.mailfrom=x.example", "dmarc=fail (p=reject) header.from={}"])
def test_mail_checked_in_vain_says_nothing_to_a_known_customer_either(server: MailServer, results: str) -> None:
    trust()
    make.customer()
    run(forged(f"Authentication-Results: {MX}; {results.format('customer.example')}"))
    answer = sent(server)
    assert not words_in(answer)
    assert answer["Subject"].startswith("We have your message")


def test_a_known_customer_whose_mail_nobody_could_prove_reads_their_title_once_they_opened_the_ticket(
    server: MailServer,
) -> None:
    trust()
    make.customer()
    number = run(mail("Hello", f"Authentication-Results: {MX}; spf=softfail smtp.mailfrom=x.example")).ticket
    redeem(secret_in(sent(server)))
    reply(number)
    assert sent(server)["Subject"] == f"[Ticket#{number}] Printer"


def test_a_setting_allows_the_title_and_nothing_more(server: MailServer) -> None:
    store.set_value(declarations.UNPROVEN_TITLE.name, True)
    number = run(forged()).ticket
    answer = sent(server)
    assert answer["Subject"] == f"[Ticket#{number}] {TITLE}"
    assert str(answer["To"]) == make.ANN
    assert "bonus" not in shown(answer).lower()
    assert f"Go to {WORD}" not in shown(answer)


@pytest.mark.parametrize(
    "id_", ["win at the casino@x", "a@b c", "x" * 150 + "@x.example", '"a b"@x.example', "\u00fc@x"]
)
def test_a_message_id_that_is_no_usual_one_goes_nowhere(server: MailServer, id_: str) -> None:
    number = run(forged()).ticket
    Article.objects.filter(ticket__number=number).update(message_id=id_)
    answer = sent(server)
    assert (answer["In-Reply-To"], answer["References"]) == (None, None)


def test_whoever_came_before_there_were_proofs_and_was_confirmed_is_proven(server: MailServer) -> None:
    number = run(mail()).ticket
    sent(server)
    ProvisionalCustomerUser.objects.update(confirmed=timezone.now(), proven=True)
    reply(number)
    assert sent(server)["Subject"] == f"[Ticket#{number}] Printer"
