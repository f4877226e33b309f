"""Reports that real mail systems wrote, about a mail of ours with the message id they name."""

from __future__ import annotations

import pytest

from otalink.notifications import undeliverable
from otalink.notifications.models import OutboxMail
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import sent_mail
from tests.postmaster.test_shared_mails import FILES, FOLDER
from tests.support import make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES, reason=f"no mails in {FOLDER}; OTALINK_TEST_MAILS names another folder"),
]
_MIKEL = "mikel/spec_fixtures_emails_multipart_report_emails"


@pytest.mark.parametrize(
    ("name", "message_id", "reason"),
    [
        (f"{_MIKEL}_report_530", "200712232303.lBNN3jDq002941@mail12.rrrr.com.au", "Unknown E-Mail Address"),
        (f"{_MIKEL}_multi_address_bounce1", "118707422.15521266992174819.JavaMail.root@lvmail01", "550-5.1.1"),
        (f"{_MIKEL}_multipart_report_multiple_status", "4c2a146147ac8_61ff157c4ec1652df@s.h.c.mail", ""),
        ("postal/test_fixtures_bounce", "e85f1c9b-9b51-4028-8ec0-0a657155028e@app.fastmail.com", "No such user here"),
        (f"{_MIKEL}_report_422", "15655788.13.1200472642578.JavaMail.Administrator@mail.ttttt.com.au", ""),
        (
            "mikel/spec_fixtures_emails_mime_emails_raw_email_with_mimepart_without_content_type",
            "89d7557c0610181510r6fa5ebd8n66a7deec71ade118@mail.gmail.com",
            "",
        ),
    ],
)
def test_a_real_report_is_filed_on_its_ticket_and_marks_the_address_unless_it_may_pass(
    name: str, message_id: str, reason: str
) -> None:
    number = run(mail()).ticket
    OutboxMail.objects.filter(message_id=sent_mail(number)).update(message_id=message_id)
    result = run((FOLDER / f"{name}.eml").read_bytes())
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, number)
    marked = undeliverable.why(make.ANN)
    assert reason in marked
    assert bool(marked) == bool(reason)
