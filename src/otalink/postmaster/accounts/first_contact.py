"""What becomes of mail that was in a mailbox before it was connected.

A mailbox that a help desk takes over holds mail of years. So whatever is there at the first contact is noted, and left
alone unless the operator says otherwise; they may say so later too.
"""

from __future__ import annotations

from django.utils import timezone

from otalink.postmaster.accounts import remembered
from otalink.postmaster.accounts.mailbox import Found, Mailbox, Waiting, open_mailbox
from otalink.postmaster.accounts.models import Existing, MailAccount
from otalink.postmaster.delivery import Delivery


def look(account: MailAccount) -> Found:
    """What is in the mailbox now; of an account that is saved, it is noted that all of it was there.

    Raises:
        SourceFailure
    """
    with open_mailbox(account) as mailbox:
        found = mailbox.look()
        if account.pk:
            begin(account, mailbox)
    return found


def begin(account: MailAccount, mailbox: Mailbox) -> None:
    """Note what is there, where nobody has yet."""
    if account.connected:
        return
    mailbox.connect()
    account.connected = timezone.now()
    MailAccount.objects.filter(pk=account.pk).update(
        connected=account.connected, uid_validity=account.uid_validity, uid_next=account.uid_next
    )


def forget(account: MailAccount) -> None:
    """The account leads to another mailbox now; does not save the account itself."""
    account.connected = account.uid_validity = account.uid_next = None
    remembered.forget_all(account)


def is_to_be_filed(account: MailAccount, mail: Waiting) -> bool:
    """Whether a mail is ours to file."""
    return not mail.existed or account.existing != Existing.LEAVE


def delivery_of(account: MailAccount, mail: Waiting) -> Delivery:
    """How a mail came, and with it what may be done about it."""
    is_quiet = mail.existed and account.existing == Existing.QUIETLY
    return Delivery(
        queue=account.queue,
        source=f"{account.protocol} {account.name}",
        trusted=account.trusted,
        arrived=mail.arrived,
        archived=is_quiet,
        # What once proved the senders of old mail is long gone.
        vouched=is_quiet,
        any_age=mail.existed and account.existing == Existing.NEW,
    )
