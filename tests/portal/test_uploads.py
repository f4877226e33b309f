"""Files that are too large or too many are left out, and the text is kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otalink.desk.types import Ticket
from otalink.minidesk.models import Article
from otalink.portal import uploads
from tests.portal.forms import send

MB = 1024 * 1024


@pytest.mark.django_db
def test_thirty_megabytes_are_refused_clearly_and_the_text_is_kept(signed_in: Client, ticket: Ticket) -> None:
    response = send(signed_in, ticket.number, "Precious words", attachments=SimpleUploadedFile("big", b"x" * 30 * MB))
    page = response.content.decode()
    assert response.status_code == 413
    assert "up to 25 MB" in page
    assert "Precious words</textarea>" in page
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_the_size_of_all_files_together_counts(signed_in: Client, ticket: Ticket) -> None:
    parts = [SimpleUploadedFile(f"{n}", b"x" * 13 * MB) for n in range(2)]
    assert send(signed_in, ticket.number, attachments=parts).status_code == 413
    assert send(signed_in, ticket.number, attachments=SimpleUploadedFile("a", b"x" * 24 * MB)).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("number", [11, 300])
def test_more_than_ten_files_are_refused_clearly(signed_in: Client, ticket: Ticket, number: int) -> None:
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(number)]
    response = send(signed_in, ticket.number, "Kept", attachments=many)
    assert response.status_code == 400
    assert "Up to 10 files" in response.content.decode()
    assert "Kept</textarea>" in response.content.decode()


@pytest.mark.django_db
def test_a_hundred_files_and_endless_text_get_a_page_not_a_fault(signed_in: Client, ticket: Ticket) -> None:
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(100)]
    assert send(signed_in, ticket.number, attachments=many).status_code == 400
    assert send(signed_in, ticket.number, "x" * 200_000).status_code == 400
    assert send(signed_in, ticket.number, "x" * 3 * MB).status_code == 400
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_what_is_hopelessly_large_is_not_even_read(signed_in: Client, ticket: Ticket) -> None:
    response = signed_in.generic(
        "POST",
        f"/tickets/{ticket.number}",
        b"--x--",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(uploads.MAX_REQUEST + 1),
    )
    assert response.status_code == 400
