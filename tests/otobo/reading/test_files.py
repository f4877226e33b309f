"""HTML bodies, inline pictures and files, wherever OTOBO keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.desk.port import DeskUnavailable
from otalink.desk.types import Article
from otalink.otobo.desk import OtoboDesk
from otalink.otobo.reading import files
from otalink.otobo.reading.contents import content_of
from tests.otobo.fake import mails
from tests.otobo.fake.articles import File, mail
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.rest import Rest

pytestmark = pytest.mark.django_db

PICTURE = File("dot.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "<dot@x>", disposition="attachment")
PLAN = File("my plan.pdf", "application/pdf", b"%PDF-1.7" + bytes(range(256)) * 40)
HTML = '<p>Grüße <img src="cid:dot@x"></p>'


@pytest.fixture(params=["database", "disk"])
def where(request: pytest.FixtureRequest, otobo: Otobo, beside: Rest, tmp_path: Path, settings: Settings) -> str:
    """Where files lie."""
    if request.param == "disk":
        otobo.folder = settings.OTALINK_OTOBO_ARTICLES = tmp_path
    return str(request.param)


def customers_article(ticket: Filed) -> Article:
    return next(each for each in OtoboDesk().visible_articles(ticket.number) if each.sender_type == "customer")


def test_the_html_of_a_mail_is_its_body_and_no_file(otobo: Otobo, where: str) -> None:
    for raw in (mail(html=HTML, files=[PICTURE, PLAN]), mail(text="", html=HTML, files=[PICTURE, PLAN])):
        article = customers_article(mails.new_ticket(otobo, raw))
        assert article.html.strip() == HTML
        assert sorted((file.filename, file.content_id) for file in article.attachments) == [
            ("dot.png", "dot@x"),
            ("my_plan.pdf", ""),
        ]


def test_a_tag_that_otobo_keeps_in_its_texts_is_the_page_s_own_address(otobo: Otobo, where: str) -> None:
    # Stock OTOBO leaves the tag in what it stores; the relay replaces it in what leaves, not there.
    tag = "OTOBO_OTACustomerTicketLink"
    raw = mail(text=f"> See it here: <{tag}>", html=f"<p>See it here: &lt;{tag}&gt;</p>")
    ticket = mails.new_ticket(otobo, raw)
    article = customers_article(ticket)
    address = f"http://127.0.0.1:8000/tickets/{ticket.number}"
    assert article.text.strip() == f"> See it here: {address}"
    assert article.html.strip() == f'<p>See it here: <a href="{address}">{address}</a></p>'


def test_html_that_is_too_much_for_a_page_is_shown_by_its_text(
    otobo: Otobo, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MOST_ON_PAGE", 4_000)
    ticket = mails.new_ticket(otobo, mail(text="long", html=f"<p>{'long ' * 500}</p>"))
    assert customers_article(ticket).html == ""
    assert customers_article(ticket).text.strip() == "long"
    assert customers_article(mails.new_ticket(otobo, mail(html=HTML))).html.strip() == HTML


def test_a_file_is_read_to_the_byte(otobo: Otobo, where: str) -> None:
    ticket = mails.new_ticket(otobo, mail(html=HTML, files=[PICTURE, PLAN]))
    for file in customers_article(ticket).attachments:
        found = OtoboDesk().read_attachment(ticket.number, file.id)
        assert found
        with found[1] as content:
            written = content.read()
        assert written == (PICTURE if file.content_id else PLAN).content
        assert found[0] == file
        assert file.size == len(written)


def test_no_file_of_another_ticket_or_of_an_article_for_agents_is_handed_out(otobo: Otobo, where: str) -> None:
    ticket, other = mails.new_ticket(otobo, mail(files=[PLAN])), mails.new_ticket(otobo)
    (file,) = customers_article(ticket).attachments
    assert OtoboDesk().read_attachment(other.number, file.id) is None
    otobo.run("UPDATE article SET is_visible_for_customer = 0")
    assert OtoboDesk().read_attachment(ticket.number, file.id) is None
    for wrong in (0, 1, file.id + 2, 10**17, 10**17 + 1):
        assert OtoboDesk().read_attachment(ticket.number, wrong) is None


def test_a_disk_that_is_away_is_told_as_such(otobo: Otobo, beside: Rest, tmp_path: Path, settings: Settings) -> None:
    otobo.folder = settings.OTALINK_OTOBO_ARTICLES = tmp_path / "articles"
    ticket = mails.new_ticket(otobo, mail(files=[PLAN]))
    (tmp_path / "articles").rename(tmp_path / "away")
    with pytest.raises(DeskUnavailable, match="folder"):
        OtoboDesk().visible_articles(ticket.number)
    (tmp_path / "away").rename(tmp_path / "articles")
    assert customers_article(ticket).attachments


def test_no_name_leads_out_of_the_folder(otobo: Otobo, beside: Rest, tmp_path: Path, settings: Settings) -> None:
    otobo.folder = settings.OTALINK_OTOBO_ARTICLES = tmp_path / "articles"
    ticket = mails.new_ticket(otobo, mail(files=[PLAN]))
    (tmp_path / "secret").write_text("secret")
    folder = next((tmp_path / "articles").glob(f"*/*/*/{ticket.article}"))
    (folder / "link").symlink_to(tmp_path / "secret")
    assert [file.filename for file in customers_article(ticket).attachments] == ["my_plan.pdf"]
    otobo.run("UPDATE article_data_mime SET content_path = '../../..'")
    assert customers_article(ticket).attachments == ()


def test_what_is_no_base64_is_a_row_of_otobos_own_installation() -> None:
    assert content_of("aGVsbG8=\n") == b"hello"
    assert content_of("Welcome to OTOBO!") == b"Welcome to OTOBO!"
    assert content_of(b"\x00\xff") == b"\x00\xff"
    assert content_of(None) == b""


def test_a_folder_that_cannot_be_read_means_try_later(
    otobo: Otobo, beside: Rest, tmp_path: Path, settings: Settings
) -> None:
    otobo.folder = settings.OTALINK_OTOBO_ARTICLES = tmp_path
    ticket = mails.new_ticket(otobo, mail(html=HTML, files=[PLAN]))
    note = next(tmp_path.rglob("my_plan.pdf.content_type"))
    note.rename(tmp_path / "elsewhere")
    note.symlink_to(tmp_path / "elsewhere")  # we follow none
    with pytest.raises(DeskUnavailable):
        OtoboDesk().visible_articles(ticket.number)
