"""Mail that stays in a POP3 mailbox although we are through with it, or never were to file it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import batched

from django.db import models, transaction

from otalink.postmaster.accounts.models import MailAccount

# Rows that one statement takes.
_CHUNK = 500


class RememberedMail(models.Model):
    """A mail by the digest of the name that the server gives it for good (UIDL): not every database tells a from A.

    `filed` is whether it is filed; else it was there before the account was connected.
    """

    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    filed = models.BooleanField(default=False)

    class Meta:
        app_label = "postmaster"
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="remembered_mail_once")]

    def __str__(self) -> str:
        return f"{self.digest[:12]} of {self.account}"


def digest_of(name: str) -> str:
    """What is kept of a server's name for a mail."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


def is_any(account: MailAccount) -> bool:
    """Whether anything is remembered of it."""
    return RememberedMail.objects.filter(account=account).exists()


def known(account: MailAccount, present: Iterable[str]) -> dict[str, bool]:
    """The mails of those digests that are remembered, each with whether it is filed; what is gone is forgotten."""
    there = set(present)
    rows = dict(RememberedMail.objects.filter(account=account).values_list("digest", "filed"))
    _forget(account, rows.keys() - there)
    return {digest: filed for digest, filed in rows.items() if digest in there}


def remember(account: MailAccount, digests: Iterable[str], *, filed: bool) -> None:
    """Keep these mails in mind."""
    wanted = list(dict.fromkeys(digests))
    with transaction.atomic():
        _forget(account, wanted)
        RememberedMail.objects.bulk_create(
            (RememberedMail(account=account, digest=digest, filed=filed) for digest in wanted), batch_size=_CHUNK
        )


def forget_all(account: MailAccount) -> None:
    """Begin anew: the account leads to another mailbox."""
    RememberedMail.objects.filter(account=account).delete()


def _forget(account: MailAccount, digests: Iterable[str]) -> None:
    for chunk in batched(digests, _CHUNK):
        RememberedMail.objects.filter(account=account, digest__in=chunk).delete()
