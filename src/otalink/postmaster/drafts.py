"""What the desk is told about a mail: the article, where a new ticket goes, who is notified, who sees a follow-up."""

from __future__ import annotations

from collections.abc import Mapping

from otalink.common.languages import translated
from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.desk.types import ArticleDraft, Proof, Routing, SenderType, Standing, Ticket
from otalink.mail.incoming import IncomingMail
from otalink.postmaster import age, follow_up
from otalink.postmaster.authentication import permissions
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filing import Filing
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
        to=without_secrets(mail.to),
        cc=without_secrets(mail.cc),
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        attachments=mail.attachments,
        sent_at=mail.sent_at,
        authentication=mail.authentication,
        signed=mail.signed,
        original=mail.raw,
    )


def routing_of(mail: IncomingMail, filing: Filing, delivery: Delivery) -> Routing:
    """Where a new ticket goes: what the directives say, else what follows from the author and the recipients.

    Raises:
        BackendUnavailable: a customer user backend could not be asked.
    """
    given = filing.directives
    login, customer_id = _customer(mail, given)
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
        notify=is_answered(mail, filing, delivery),
    )


def is_answered(mail: IncomingMail, filing: Filing, delivery: Delivery) -> bool:
    """Whether the author of a new ticket is told of it: not without an author, and not while they wait for an agent."""
    return is_notified(mail, filing, delivery) and bool(mail.author_address) and not filing.hold


def is_notified(mail: IncomingMail, filing: Filing, delivery: Delivery) -> bool:
    """Whether customers may get mail about a mail at all: never for robots' mail, or for old mail."""
    return filing.notify and not mail.automatic and not delivery.archived and not age.is_too_old(mail, delivery)


def standing_of(mail: IncomingMail, filing: Filing, delivery: Delivery, ticket: Ticket) -> Standing:
    """What a follow-up counts as: what it is by itself, unless a pre-filter said otherwise.

    A filter may show what a stranger writes, but neither what the author's domain denies nor, where an operator wants
    checks to decide, what failed them.

    Raises:
        BackendUnavailable: a customer user backend could not be asked.
    """
    judged = follow_up.standing(mail, delivery, ticket) if filing.standing is None else filing.standing
    if filing.visible is None or filing.visible is judged.is_own:
        return judged
    if not filing.visible:
        return Standing.FILTERED
    is_failed = mail.authentication.proof is Proof.UNPROVEN and permissions.follow_up_needs_checks()
    return judged if judged is Standing.DENIED or is_failed else Standing.OWN


def _no_subject(mail: IncomingMail) -> str:
    return translated("(no subject)", mail.language or store.get(DEFAULT_LANGUAGE))


def _customer(mail: IncomingMail, directives: Mapping[str, str]) -> tuple[str, str]:
    """Login and customer ID: those in the directives, else those of the author, else the bare address."""
    if login := directives.get("CustomerUser", ""):
        named = directives.get("CustomerNo", "")
        user = None if named else directory.find_by_login(login)
        return login, named or (user.customer_id if user else login)
    user = next((user for user in customer_users_of(mail.author_address) if user.valid), None)
    address = normal(mail.author_address)
    return (user.login, user.customer_id) if user else (address, address)
