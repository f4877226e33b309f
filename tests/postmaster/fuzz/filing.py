"""Files mails in a database of its own and looks for what of them got lost."""

from __future__ import annotations

import base64
import quopri

from django.core.management import call_command
from django.db import connection

from otalink.mail.incoming import IncomingMail
from otalink.minidesk import originals
from otalink.minidesk.models import Article
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.fuzz.checks import check
from tests.postmaster.fuzz.structure import Structure


def file_and_check(mail: Structure) -> None:
    """File a mail: it is there once, whole, and every word of it is found."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    parsed = check(mail.raw)
    found = everything(parsed)
    lost = [word for word in mail.words if word not in found]
    assert not lost, f"{lost} of {mail.raw!r}"
    before = Article.objects.count()
    result = run(mail.raw)
    assert result.outcome in {Outcome.NEW_TICKET, Outcome.FOLLOW_UP, Outcome.DUPLICATE}, result
    if result.outcome is not Outcome.DUPLICATE:
        assert Article.objects.count() == before + 1
        article = Article.objects.latest("id")
        kept = originals.open_kept(article.ticket.number, article.pk)
        assert kept is not None
        assert kept.read() == mail.raw


def everything(mail: IncomingMail) -> str:
    """All a reader could find; files that are messages or were nested too deep hold their words encoded."""
    files = b"\n".join(file.content for file in mail.attachments)
    decoded = b"".join(_decoded(line) for line in files.splitlines())
    return "\n".join([mail.text, mail.html, (files + quopri.decodestring(files) + decoded).decode("latin-1")])


def _decoded(line: bytes) -> bytes:
    try:
        return base64.b64decode(line, validate=True)
    except ValueError:
        return b""
