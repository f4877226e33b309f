"""A mail's headers and parts, read back as a mail program reads them."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otalink.customers.types import CustomerUser
from otalink.desk.types import Article, SenderType, StateType, Ticket
from otalink.notifications import outbox, templates
from otalink.notifications.compose import compose
from otalink.notifications.letter import Letter
from otalink.notifications.models import NotificationEvent
from otalink.notifications.templates import Template
from tests.notifications.reading import code_in, part

CREATED, REPLIED, REFRESHED, ADDED = NotificationEvent
LINK = "http://127.0.0.1:8000/l/" + "s" * 43
CODE = "1234-5678"
NUMBER = "202611231000017"
# Everything a title may hold once intake decoded it; a database keeps no NUL and no lone surrogate.
TITLES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=255)


def article(
    sender_type: SenderType,
    text: str,
    *,
    message_id: str = "m1@customer.example",
    references: tuple[str, ...] = ("m0@customer.example",),
) -> Article:
    return Article(
        id=1, sender_type=sender_type, from_address="", from_name="", subject="Printer", text=text, html="",
        message_id=message_id, references=references, visible_for_customer=True, created=timezone.now(),
    )  # fmt: skip


def letter(event: NotificationEvent = CREATED, language: str = "en", title: str = "Printer on fire") -> Letter:
    now = timezone.now()
    ticket = Ticket(
        NUMBER, title, "new", StateType.NEW, "3 normal", "Support", "support@desk.example", "Müller & Söhne, Support",
        "ann@customer.example", "ann", now, now, None,
    )  # fmt: skip
    return Letter(
        mail=outbox.draft(event, NUMBER),
        ticket=ticket,
        customer=CustomerUser("ann@customer.example", "ann@customer.example", "ann", "Änn", "O'Lée"),
        template=Template(language, "<OTOBO_TICKET_Title>", "Hi <OTOBO_TICKET_Title>\n\n<OTOBO_OTACustomerTicketLink>"),
        agent_article=article(SenderType.AGENT, "Pull the <plug>.\n\nThen wait."),
        customer_article=article(SenderType.CUSTOMER, "It burns.\nHelp!"),
        gets_token=True,
    )


def sent(letter: Letter) -> EmailMessage:
    """The mail as it arrives."""
    code = CODE if letter.gets_token else ""
    message = message_from_bytes(compose(letter, LINK, code).as_bytes(), policy=default_policy)
    assert isinstance(message, EmailMessage)
    return message


def test_it_comes_from_the_queue_and_goes_to_the_customer_user() -> None:
    message = sent(letter())
    (sender,), (recipient,) = message["From"].addresses, message["To"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Müller & Söhne, Support", "support@desk.example")
    assert (recipient.display_name, recipient.addr_spec) == ("Änn O'Lée", "ann@customer.example")


def test_its_subject_holds_the_ticket_number_once() -> None:
    assert sent(letter())["Subject"] == f"[Ticket#{NUMBER}] Printer on fire"
    again = letter(title=f"Re: [Ticket#{NUMBER}] Printer on fire")
    assert sent(again)["Subject"] == f"[Ticket#{NUMBER}] Re: Printer on fire"


@pytest.mark.parametrize(("language", "words"), [("en", "Your ticket"), ("de", "Ihr Ticket")])
def test_a_ticket_without_a_title_has_a_subject_all_the_same(language: str, words: str) -> None:
    assert sent(letter(language=language, title=" "))["Subject"] == f"[Ticket#{NUMBER}] {words}"


@given(TITLES)
def test_any_title_arrives_on_one_line_and_adds_no_header(title: str) -> None:
    raw = compose(letter(title=title), LINK).as_bytes()
    message = message_from_bytes(raw, policy=default_policy)
    words = "".join(c if c.isprintable() else " " for c in title).split()
    assert message["Subject"] == f"[Ticket#{NUMBER}] {' '.join(words) or 'Your ticket'}"
    assert set(message.keys()) == set(sent(letter()).keys())
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_a_line_break_in_a_title_injects_no_recipient() -> None:
    message = sent(letter(title="Hi\r\nBcc: victim@elsewhere.example\r\n\r\nbody"))
    assert message["Bcc"] is None


def test_it_continues_the_customers_thread() -> None:
    message = sent(letter())
    assert message["In-Reply-To"] == "<m1@customer.example>"
    assert message["References"] == "<m0@customer.example> <m1@customer.example>"


def test_long_message_ids_are_not_broken() -> None:
    ids = tuple(f"{'x' * length}@mail.customer.example" for length in (40, 90, 160, 220))
    message = sent(replace(letter(), customer_article=article(SenderType.CUSTOMER, "", references=ids)))
    assert message["References"].split() == [*(f"<{id_}>" for id_ in ids), "<m1@customer.example>"]


def test_broken_message_ids_are_left_out() -> None:
    broken = article(SenderType.CUSTOMER, "", references=("a b@x", "ü@x", "a>\r\nBcc: v@x", "fine@x"))
    assert sent(replace(letter(), customer_article=broken))["References"] == "<fine@x> <m1@customer.example>"
    nameless = replace(letter(), customer_article=article(SenderType.CUSTOMER, "", message_id=""))
    assert sent(nameless)["In-Reply-To"] is None


@pytest.mark.parametrize(("author", "kept"), [("ANN@Customer.example", True), ("bob@x.example", False)])
def test_the_message_ids_of_our_mails_to_one_reader_are_told_to_no_other(author: str, kept: bool) -> None:
    ours = outbox.draft(CREATED, NUMBER).message_id
    written = replace(article(SenderType.CUSTOMER, "", references=("m0@x", ours)), from_address=author)
    references = sent(replace(letter(), customer_article=written))["References"].split()
    assert references == ["<m0@x>", *[f"<{ours}>"] * kept, "<m1@customer.example>"]


def test_it_asks_to_be_answered_where_the_letter_says_and_else_at_the_queue() -> None:
    signed = f"support+{NUMBER}.{'a' * 26}@desk.example"
    assert sent(letter())["Reply-To"] is None
    reply_to = sent(replace(letter(), reply_address=signed))["Reply-To"].addresses[0]
    assert (reply_to.display_name, reply_to.addr_spec) == ("Müller & Söhne, Support", signed)


@pytest.mark.parametrize(("event", "value"), [(CREATED, "auto-replied"), (REFRESHED, "auto-generated")])
def test_what_the_machine_writes_says_so_and_starts_no_loop(event: NotificationEvent, value: str) -> None:
    message = sent(letter(event))
    assert (message["Auto-Submitted"], message["X-OTOBO-Loop"]) == (value, "yes")
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Precedence"] is None


def test_an_agents_answer_is_a_persons_mail() -> None:
    message = sent(letter(REPLIED))
    assert (message["Auto-Submitted"], message["X-OTOBO-Loop"]) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("event", list(NotificationEvent))
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_built_in_text_is_complete_in_both_parts(event: NotificationEvent, language: str) -> None:
    message = sent(replace(letter(event, language), template=templates.choose(event, language)))
    text, html = part(message, "plain"), part(message, "html")
    for content in (text, html):
        assert LINK in content
        assert "Änn" in content
        assert "OTOBO_" not in content
        assert " -\n" not in content
    assert f'<html lang="{language}">' in html


class _Loaded(HTMLParser):
    """Collects what a mail program would fetch or run, and where links go."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"img", "script", "link", "iframe", "object", "form"} or "src" in values:
            self.fetched.append(tag)
        if tag == "a":
            self.links.append(values.get("href"))


@pytest.mark.django_db
def test_the_html_has_one_button_and_fetches_nothing() -> None:
    hostile = article(SenderType.AGENT, '<img src="https://spy.example/p.gif"><script>1</script><a href="https://x">')
    message = sent(replace(letter(REPLIED), agent_article=hostile, template=templates.choose(REPLIED, "en")))
    reader = _Loaded()
    reader.feed(part(message, "html"))
    assert (reader.fetched, reader.links) == ([], [LINK, f"{LINK}/not-me"])


@pytest.mark.django_db
@pytest.mark.parametrize("event", list(NotificationEvent))
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_link_mail_has_a_code_on_a_line_of_its_own_and_a_way_to_say_not_me(
    event: NotificationEvent, language: str
) -> None:
    message = sent(replace(letter(event, language), template=templates.choose(event, language)))
    assert code_in(message) == CODE
    assert f"\n{LINK}/not-me\n" in part(message, "plain")
    assert part(message, "plain").index(CODE) > part(message, "plain").index(LINK)
    assert CODE in part(message, "html")
    assert f'href="{LINK}/not-me"' in part(message, "html")


@pytest.mark.django_db
@pytest.mark.parametrize("event", list(NotificationEvent))
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_plain_link_has_neither(event: NotificationEvent, language: str) -> None:
    plain = replace(letter(event, language), template=templates.choose(event, language), gets_token=False)
    message = sent(plain)
    for content in (part(message, "plain"), part(message, "html")):
        assert LINK in content
        assert "not-me" not in content
        assert "OTOBO_" not in content
        assert "another device" not in content
        assert "anderen Gerät" not in content
    assert part(message, "plain").endswith("Müller & Söhne, Support\n")


def test_an_operators_html_is_used_as_it_is_with_escaped_values() -> None:
    own = Template("en", "Own", "text", '<a href="<OTOBO_OTACustomerTicketLink>"><OTOBO_AGENT_BODY></a>')
    html = part(sent(replace(letter(REPLIED), template=own)), "html")
    assert html.strip() == f'<a href="{LINK}">Pull the &lt;plug&gt;.<br>\n<br>\nThen wait.</a>'


def test_the_customers_own_words_are_quoted_in_the_text() -> None:
    own = Template("en", "Own", "You wrote:\n<OTOBO_CUSTOMER_BODY>")
    message = sent(replace(letter(), template=own))
    assert part(message, "plain") == "You wrote:\n> It burns.\n> Help!\n"
    assert "It burns.<br>\nHelp!" in part(message, "html")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_automatic_answer_repeats_nothing_of_the_message_so_that_it_carries_no_spam(language: str) -> None:
    message = sent(replace(letter(CREATED, language), template=templates.choose(CREATED, language)))
    assert "burns" not in part(message, "plain") + part(message, "html")


def test_a_very_long_article_is_cut() -> None:
    long = article(SenderType.AGENT, "x" * 1_000_000)
    own = Template("en", "Own", "<OTOBO_AGENT_BODY>")
    assert len(part(sent(replace(letter(REPLIED), agent_article=long, template=own)), "plain")) < 101_000
