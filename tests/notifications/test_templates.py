"""Which text a customer gets."""

from __future__ import annotations

import pytest

from otalink.notifications import templates
from otalink.notifications.models import Notification, NotificationEvent
from otalink.notifications.templates import Template
from otalink.notifications.texts import built_in
from otalink.sysconfig import store
from otalink.sysconfig.models import StoredValue

pytestmark = pytest.mark.django_db
CREATED, REPLIED, REFRESHED, ADDED = NotificationEvent
REFRESH_SETTING = "OneTimeAuth::TokenRefreshNotificationID"
WITH_LINK = "Here: <OTOBO_OTACustomerTicketLink>"


def notification(event: NotificationEvent, language: str = "en", name: str = "Own", text: str = WITH_LINK) -> str:
    Notification.objects.create(name=name, event=event, language=language, subject="Own", text=text)
    return text


@pytest.mark.parametrize("event", list(NotificationEvent))
@pytest.mark.parametrize("language", ["en", "de"])
def test_there_is_a_built_in_text_with_a_link_for_every_event_and_language(
    event: NotificationEvent, language: str
) -> None:
    template = templates.choose(event, language)
    assert (template.language, template.uses_link) == (language, True)


@pytest.mark.parametrize(
    ("language", "chosen"), [("de-AT", "de"), ("DE", "de"), ("de_CH", "de"), ("fr", "en"), ("", "en"), ("en-GB", "en")]
)
def test_it_takes_the_nearest_language(language: str, chosen: str) -> None:
    assert templates.choose(CREATED, language).language == chosen


def test_the_default_language_serves_those_whose_language_nobody_knows() -> None:
    store.set_value("DefaultLanguage", "de")
    assert templates.choose(CREATED, "").language == "de"
    assert templates.choose(CREATED, "fr").language == "de"
    assert templates.choose(CREATED, "en").language == "en"


def test_an_operators_text_replaces_the_built_in_one_of_its_event_and_language() -> None:
    text = notification(CREATED)
    assert templates.choose(CREATED, "en").text == text
    assert templates.choose(CREATED, "de").text == built_in(CREATED, "de")
    assert templates.choose(REPLIED, "en").text == built_in(REPLIED, "en")


def test_an_operator_may_add_a_language() -> None:
    text = notification(CREATED, "fr")
    assert templates.choose(CREATED, "fr-CA").text == text


def test_a_refresh_uses_the_notification_that_the_setting_names() -> None:
    text = notification(REFRESHED, name="My refresh")
    assert templates.choose(REFRESHED, "en").text == built_in(REFRESHED, "en")
    store.set_value(REFRESH_SETTING, "My refresh")
    assert templates.choose(REFRESHED, "en").text == text
    assert templates.choose(REFRESHED, "de").text == text


def test_a_named_notification_speaks_the_customers_language_where_it_can() -> None:
    notification(REFRESHED, "en", "My refresh")
    german = notification(REFRESHED, "de", "My refresh", "Hier: <OTOBO_OTACustomerTicketLink>")
    store.set_value(REFRESH_SETTING, "My refresh")
    assert templates.choose(REFRESHED, "de").text == german


def test_a_refresh_falls_back_to_the_built_in_text_where_the_named_one_is_missing_or_holds_no_link() -> None:
    StoredValue.objects.create(name=REFRESH_SETTING, value="My refresh")
    assert templates.choose(REFRESHED, "en").text == built_in(REFRESHED, "en")
    notification(REFRESHED, "en", "My refresh", "no link in here")
    assert templates.choose(REFRESHED, "en").text == built_in(REFRESHED, "en")


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_answer_after_the_end_of_access_promises_no_page(language: str) -> None:
    template = templates.choose(REPLIED, language, is_closed=True)
    assert (template.language, template.uses_link) == (language, False)
    assert "<OTOBO_AGENT_BODY>" in template.text


def test_an_operators_own_text_stays_what_it_is_after_the_end_of_access() -> None:
    text = notification(REPLIED)
    assert templates.choose(REPLIED, "en", is_closed=True).text == text


def test_an_operators_text_without_a_code_gets_one_at_its_end_and_so_does_its_html() -> None:
    own = Template("de", "Own", f"{WITH_LINK}\r\n\r\nBye", "<body><p>x</p></BODY>")
    done = templates.completed(own)
    assert done.text.startswith(own.text)
    assert done.text.endswith("<OTOBO_OTACustomerNotMeLink>\n")
    assert "\n<OTOBO_OTACustomerTicketCode>\n" in done.text
    assert "Gerät" in done.text
    assert done.html.count("</BODY>") == done.html.count("<OTOBO_OTACustomerTicketCode>") == 1
    assert done.html.index("<OTOBO_OTACustomerNotMeLink>") < done.html.index("</BODY>")


def test_a_text_that_has_them_stays_what_it_is() -> None:
    own = Template("en", "Own", f"{WITH_LINK} <OTOBO_OTACustomerTicketCode> <OTOBO_OTACustomerNotMeLink>")
    assert templates.completed(own) == own
    for event in NotificationEvent:
        assert templates.completed(templates.choose(event, "de")) == templates.choose(event, "de")
