"""An operator's mail text with a tag that nothing would be put for is refused where it is saved."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default as default_policy

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.notifications import layout, tags, texts
from otalink.notifications.compose import compose
from otalink.notifications.models import Notification, NotificationEvent
from otalink.notifications.templates import Template
from tests.notifications.reading import part
from tests.notifications.test_compose import CODE, letter
from tests.notifications.test_compose import LINK as URL

PAGE = "/admin/notifications/notification/add/"
LINK = "<OTOBO_OTACustomerTicketLink>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Here: <OTOBO_OTACustomerTicketLnk>", f"<OTOBO_OTACustomerTicketLnk> is no tag; the nearest is {LINK}"),
        ("<otobo_otacustomerticketlink>", f"<otobo_otacustomerticketlink> is no tag; the nearest is {LINK}"),
        ("<OTOBO_OTACustomerTicket Link>", f"<OTOBO_OTACustomerTicket Link> is no tag; the nearest is {LINK}"),
        ("<OTOBO-OTACustomerTicketLink>", f"<OTOBO-OTACustomerTicketLink> is no tag; the nearest is {LINK}"),
        ("< OTOBO_OTACustomerTicketLink >", f"<OTOBO_OTACustomerTicketLink> is no tag; the nearest is {LINK}"),
        ("<OTOB_OTACustomerTicketLink>", f"<OTOB_OTACustomerTicketLink> is no tag; the nearest is {LINK}"),
        ("<OTACustomerTicketLink>", f"<OTACustomerTicketLink> is no tag; the nearest is {LINK}"),
        ("<OTRS_TICKET_Title>", "<OTRS_TICKET_Title> is no tag; the nearest is <OTOBO_TICKET_Title>"),
        ("OTOBO_OTACustomerTicketLink", f"OTOBO_OTACustomerTicketLink is no tag; the nearest is {LINK}"),
        ("<OTOBO_OTACustomerTicketLink", f"OTOBO_OTACustomerTicketLink is no tag; the nearest is {LINK}"),
        ("&lt;OTOBO_TICKET_Titel&gt;", "<OTOBO_TICKET_Titel> is no tag; the nearest is <OTOBO_TICKET_Title>"),
        ("<OTOBO_AGENT_BODI[3]>", "<OTOBO_AGENT_BODI> is no tag; the nearest is <OTOBO_AGENT_BODY>"),
    ],
)
def test_a_mistyped_tag_is_named_with_the_nearest_one(text: str, said: str) -> None:
    assert tags.mistyped(f"Hello,\n\n{text}\n") == said


def test_a_tag_like_no_other_is_named_with_all_there_are() -> None:
    said = tags.mistyped("<OTOBO_XYZ>")
    assert said.startswith("<OTOBO_XYZ> is no tag; ")
    assert "<OTOBO_" in said.partition("; ")[2]


@pytest.mark.parametrize(
    "text",
    [
        "Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,\n<OTOBO_AGENT_BODY[3]> &lt;OTOBO_TICKET_Title&gt;",
        f'<html><body><blockquote class="customer"><a href="{LINK}">Open</a></blockquote></body></html>',
        "a < b and c > d, <support@customer.example>, <https://desk.example/tickets/>",
        "Our desk runs beside OTOBO.",
        '<p style="margin:0 0 18px">We answer within <strong>one day</strong>.</p><!-- a customer ticket -->',
    ],
)
def test_what_is_right_or_no_tag_at_all_is_let_be(text: str) -> None:
    assert tags.mistyped(text) == ""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("event", list(NotificationEvent))
def test_the_built_in_texts_and_their_html_are_right(event: NotificationEvent, language: str) -> None:
    text = texts.built_in(event, language)
    assert tags.mistyped(text) == ""
    assert tags.mistyped(layout.page(text, language)) == ""


@pytest.mark.django_db
def test_something_is_put_for_every_tag_that_is_known() -> None:
    text = "\n\n".join(f"{name}: <{name}>|" for name in tags.KNOWN)
    written = replace(letter(), template=Template("en", "Own", text))
    sent = message_from_bytes(compose(written, URL, CODE).as_bytes(), policy=default_policy)
    assert f": {tags.UNKNOWN}|" not in part(sent, "plain")


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_the_page_refuses_it_beside_its_field(client: Client, field: str) -> None:
    """Before, it was saved, and customers were sent "-" in place of their link."""
    client.force_login(User.objects.create_superuser("operator"))
    given = {"name": "Own", "event": "TicketCreated", "language": "en", "subject": "Own", "text": LINK, "html": LINK}
    response = client.post(PAGE, {**given, field: "<OTOBO_OTACustomerTicketLnk>"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors == {
        field: [f"<OTOBO_OTACustomerTicketLnk> is no tag; the nearest is {LINK}"]
    }
    assert not Notification.objects.exists()
    assert client.post(PAGE, given).status_code == 302
    assert Notification.objects.get().text == LINK
