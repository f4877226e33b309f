"""A mail account that is made and tested in a real browser, against a real mail server."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from otalink.postmaster.models import MailAccount
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box
from tests.support.browser import NewPage, check, sign_in
from tests.support.dovecot import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/admin/postmaster/mailaccount/"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """An operator's window."""
    User.objects.create_superuser("operator", password="correct horse")
    page = new_page()
    sign_in(page, "operator", "correct horse")
    expect(page).to_have_url("/desk/")
    return page


def test_an_account_is_made_tested_and_put_right(page: Page, box: Box) -> None:
    box.put(mail())
    page.goto(f"{LIST}add/")
    check(page, grave_only=True)
    page.get_by_label("Name", exact=False).first.fill("Shop")
    page.get_by_label("Host").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(box.server.imap))
    page.get_by_label("Security").select_option("none")
    page.locator("#id_user").fill(box.user)
    page.locator("#id_password").fill("a wrong one")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("button", name="Save and test the connection").click()
    expect(page.get_by_text(f"Shop: 127.0.0.1 does not let {box.user} in: check user and password")).to_be_visible()
    expect(page.get_by_label("Host")).to_have_value("127.0.0.1")
    check(page, grave_only=True)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Save and test the connection").click()
    expect(page.get_by_text(f"Shop: signed in to 127.0.0.1 as {box.user}; folder INBOX holds 1 mail")).to_be_visible()
    expect(page.locator("#id_password")).to_have_value("")
    assert len(box.mails()) == 1


def test_what_does_not_fit_together_is_told_beside_the_field(page: Page, box: Box) -> None:
    account = box.account(name="Shop")
    page.goto(f"{LIST}{account.pk}/change/")
    page.get_by_label("After filing").select_option("move")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("name the folder that filed mail goes to")).to_be_visible()
    check(page, grave_only=True)
    assert MailAccount.objects.get().after == "delete"
