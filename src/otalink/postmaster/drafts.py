"""What the desk is told about a mail: the article, and where a new ticket goes."""

from __future__ import annotations

from otalink.common.languages import translated
from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.desk.types import ArticleDraft, Routing, SenderType
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.holding import is_marked
from otalink.postmaster.senders import customer_users_of
from otalink.sysconfig import store
from otalink.sysconfig.declarations import DEFAULT_LANGUAGE
from otalink.tokens.redact import without_secrets

_FIELD = "DynamicField-"


def draft_of(mail: IncomingMail) -> ArticleDraft:
    """The mail as an article."""
    return ArticleDraft(
        sender_type=SenderType.CUSTOMER,
        from_address=mail.author_address,
        from_name=mail.author_name,
        subject=mail.subject,
        text=without_secrets(mail.text),
        html=without_secrets(mail.html),
        to=mail.to,
        cc=mail.cc,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        attachments=mail.attachments,
        sent_at=mail.sent_at,
        authentication=mail.authentication,
        signed=mail.signed,
        original=mail.raw,
    )


def routing_of(mail: IncomingMail, delivery: Delivery) -> Routing:
    """Where a new ticket goes: what the directives say, else what follows from the author and the recipients.

    Raises:
        BackendUnavailable: a customer user backend could not be asked.
    """
    login, customer_id = _customer(mail)
    given = mail.directives
    recipients = (address.lower() for address in (*delivery.recipients, *mail.recipients))
    return Routing(
        customer_login=login,
        customer_id=customer_id,
        recipients=tuple(dict.fromkeys(recipients)),
        queue=given.get("Queue", "") or delivery.queue,
        title=given.get("Title", "") or mail.subject or _no_subject(mail),
        state=given.get("State", ""),
        priority=given.get("Priority", ""),
        dynamic_fields={name[len(_FIELD) :]: value for name, value in given.items() if name.startswith(_FIELD)},
        notify=not delivery.archived and _is_answered(mail),
    )


def _is_answered(mail: IncomingMail) -> bool:
    # Without an author there is nobody to answer; whoever waits for an agent is answered by the agent's decision.
    return not mail.automatic and bool(mail.author_address) and not is_marked(mail)


def _no_subject(mail: IncomingMail) -> str:
    return translated("(no subject)", mail.language or store.get(DEFAULT_LANGUAGE))


def _customer(mail: IncomingMail) -> tuple[str, str]:
    """Login and customer ID: those in the directives, else those of the author, else the bare address."""
    if login := mail.directives.get("CustomerUser", ""):
        named = mail.directives.get("CustomerNo", "")
        user = None if named else directory.find_by_login(login)
        return login, named or (user.customer_id if user else login)
    user = next((user for user in customer_users_of(mail.author_address) if user.valid), None)
    address = normal(mail.author_address)
    return (user.login, user.customer_id) if user else (address, address)
