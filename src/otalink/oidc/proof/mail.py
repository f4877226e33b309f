"""The mail with a sign-in code. The code is made when its mail is sent, and is over before a second try would help."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.tasks import task
from django.utils import timezone

from otalink.common.languages import translatable, translated
from otalink.customers import addresses, provisional
from otalink.customers.addresses import Address, mailbox
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk
from otalink.limits import rate_limits
from otalink.notifications import layout, message_ids, tags, undeliverable
from otalink.notifications.transport import mailer
from otalink.notifications.transport.headers import mark_automatic, person
from otalink.notifications.transport.mailer import PermanentFailure
from otalink.notifications.transport.message import OutgoingMail
from otalink.oidc import audit
from otalink.oidc.models import Client, OpenIDEvent
from otalink.oidc.proof import code as sign_in_code
from otalink.portal.passwords import find_people
from otalink.sysconfig import declarations, store

SUBJECT = translatable("Your sign-in code")
TEXT = translatable("""\
Hello,

somebody, most likely you, wants to sign in to “%(title)s”. There, type this code:

%(code)s

It works for 15 minutes, in the browser that asked for it. It opens all your tickets, so never tell it to anybody. You \
did not ask for it? Then you can ignore this mail.
""")


# A task of its own: the page answers equally fast whether anybody has that address or not.
@task()
def mail_code(name: str, client_id: str, browser: str, asked: str) -> str:
    """Mail everybody of that address or login a code of their own; `asked` is when, `browser` a digest.

    Raises:
        TemporaryFailure, BackendUnavailable, DeskUnavailable: try again, as long as a code is of use.
    """
    if timezone.now() - datetime.fromisoformat(asked) > sign_in_code.LIFETIME - timedelta(minutes=1):
        return "too late"
    client = Client.objects.filter(client_id=client_id).first()
    if client is None:
        return "no such client"
    for customer in find_people(name):
        reason = _mail(customer, client, browser)
        event = OpenIDEvent.NOT_MAILED if reason else OpenIDEvent.CODE_MAILED
        audit.record(event, client_id=client_id, customer_login=customer.login, note=reason)
    return "done"


def _mail(customer: CustomerUser, client: Client, browser: str) -> str:
    """Mail a code; why not, where none was mailed."""
    if not addresses.is_address(customer.email):
        return "this is no e-mail address"
    if why := undeliverable.why(customer.email):
        return why
    # A stranger may have made this account, and now have mail sent to whom they like.
    unproven = provisional.is_unproven(customer.login)
    if unproven and not rate_limits.take(rate_limits.REFRESH_PER_UNPROVEN_MAILBOX, mailbox(customer.email)):
        return "one a day to an address that is not proven"
    sender, recipient = sender_for(customer), addresses.require(customer.email)
    try:
        message = _compose(customer, client, sign_in_code.make(customer.login, browser), sender, recipient)
        mailer.send(message, sender.as_sent, recipient.as_sent)
    except (PermanentFailure, ValueError) as error:
        return str(error)
    return ""


def sender_for(customer: CustomerUser) -> Address:
    """From whom the mail is: the operator's choice, else the queue of the newest ticket."""
    candidates = [store.get(declarations.OPENID_SENDER_ADDRESS)]
    candidates += [ticket.queue_email for ticket in get_desk().tickets_of(customer.login, limit=1)]
    candidates.append(f"noreply@{urlsplit(settings.OTALINK_BASE_URL).hostname}")
    for candidate in filter(None, candidates):
        with contextlib.suppress(ValueError):
            return addresses.require(candidate)
    return addresses.require("noreply@localhost")


def _compose(customer: CustomerUser, client: Client, code: str, sender: Address, recipient: Address) -> OutgoingMail:
    language = (customer.language or store.get(declarations.DEFAULT_LANGUAGE)).lower().partition("-")[0]
    message = OutgoingMail()
    message["From"] = person(sender, client.title)
    message["To"] = person(recipient)
    message["Subject"] = translated(SUBJECT, language)
    message["Date"] = timezone.now()
    message["Message-ID"] = f"<{message_ids.new()}>"
    mark_automatic(message, "auto-generated")
    text = translated(TEXT, language) % {"title": client.title, "code": f"<{tags.CODE}>"}
    message.text = tags.expand(text, {tags.CODE: code})
    message.html = tags.expand(layout.page(text, language), {tags.CODE: code}, as_html=True)
    return message
