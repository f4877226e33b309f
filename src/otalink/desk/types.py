"""What passes through the port: tickets, articles and history as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class StateType(StrEnum):
    """OTOBO's state types."""

    NEW = "new"
    OPEN = "open"
    PENDING_REMINDER = "pending reminder"
    PENDING_AUTO = "pending auto"
    CLOSED = "closed"
    REMOVED = "removed"
    MERGED = "merged"

    @property
    def is_final(self) -> bool:
        """Whether access of customers ends after this state type was reached."""
        return self in {StateType.CLOSED, StateType.REMOVED, StateType.MERGED}


class LinkProfile(StrEnum):
    """What a link mail signs its reader in by: the button of its page or the code, or the code alone."""

    BUTTON = "button"
    CODE = "code"


class AfterClose(StrEnum):
    """What becomes of a reply on a closed ticket: OTOBO's rules of a queue."""

    OPENS = "possible"
    REFUSED = "reject"
    NEW_TICKET = "new ticket"


class SenderType(StrEnum):
    """Who wrote an article."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class HistoryType(StrEnum):
    """What happened to a ticket; the notifications choose from these."""

    NEW_TICKET = "NewTicket"
    FOLLOW_UP = "FollowUp"
    AGENT_REPLY = "AgentReply"
    AGENT_REPLY_SENT = "AgentReplySent"  # by the desk's own mail, whose readers have their links in it
    CUSTOMER_REPLY = "CustomerReply"
    STATE_UPDATE = "StateUpdate"
    PRIORITY_UPDATE = "PriorityUpdate"
    MOVE = "Move"
    DYNAMIC_FIELD_UPDATE = "TicketDynamicFieldUpdate"
    FOLLOW_UP_SHOWN = "FollowUpShown"
    UNDELIVERABLE = "Undeliverable"
    SENDER_ADMITTED = "SenderAdmitted"
    ANSWER_WITHHELD = "AnswerWithheld"
    NOT_ACCEPTED = "NotAccepted"
    PARTICIPANT_ADDED = "ParticipantAdded"
    PARTICIPANT_REMOVED = "ParticipantRemoved"


class Proof(StrEnum):
    """What checks of DKIM, SPF and DMARC say about whether a mail is from the domain that it names as its author's."""

    UNCHECKED = ""
    PROVEN = "proven"
    UNPROVEN = "not proven"
    DENIED = "denied"  # the domain says of such mail that it is forged
    UNDECIDED = "undecided"  # the check could not be finished


class Standing(StrEnum):
    """What a follow-up counts as; anything but `OWN` is for agents alone, opens no ticket and is not answered.

    `standing.judge` says which.
    """

    OWN = ""  # the customer's own word
    UNPROVEN = "not proven"  # the address is a reader's, and nothing proves that they wrote it
    DENIED = "denied"  # the domain of the author says that it is forged
    STRANGER = "stranger"  # the author is no reader of the ticket
    FILTERED = "filtered"  # a pre-filter hid it

    @property
    def is_own(self) -> bool:
        """Whether the customer sees it, it opens a closed ticket, and may be answered."""
        return self is Standing.OWN

    @property
    def may_become_own(self) -> bool:
        """Whether an agent may make it the customer's own word; nothing else ever does."""
        return self is Standing.UNPROVEN

    @property
    def reason(self) -> str:
        """Why the customer does not see it, for agents; empty where they do."""
        return _HIDDEN_SINCE.get(self, "")


_HIDDEN_SINCE = {
    Standing.UNPROVEN: "the sender is not proven",
    Standing.DENIED: "the sender's domain says that this mail is forged",
    Standing.STRANGER: "the sender takes no part in this ticket",
    Standing.FILTERED: "a pre-filter hides it",
}


@dataclass(frozen=True)
class Authentication:
    """Whether a mail is from `domain`, that of its author; `details` are the single checks with their results."""

    proof: Proof = Proof.UNCHECKED
    domain: str = ""
    details: str = ""

    def __str__(self) -> str:
        return f"{self.proof}: {self.domain} ({self.details})" if self.proof else ""


NOT_CHECKED = Authentication()


@dataclass(frozen=True)
class Attachment:
    """A file that came with an article; `content_id` is set for inline parts, without angle brackets."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True)
class ArticleDraft:
    """A message about to be filed. Times are aware UTC; message ids carry no angle brackets.

    `signed` says how the mail was signed or encrypted, `original` holds its bytes; both are empty for what is no mail.
    `standing` is what a follow-up counts as; one that is not the customer's own word is not visible for them.
    """

    sender_type: SenderType
    from_address: str
    from_name: str
    subject: str
    text: str
    html: str = ""
    to: str = ""
    cc: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    visible_for_customer: bool = True
    sent_at: datetime | None = None
    signed: str = ""
    original: bytes = field(default=b"", repr=False)
    authentication: Authentication = NOT_CHECKED
    standing: Standing = Standing.OWN


@dataclass(frozen=True)
class Routing:
    """Where and how a new ticket is filed; empty values mean the desk's default.

    `notify` is False where the customer must get no mail about it (auto-replies, bounces, mailing lists).
    """

    customer_login: str
    customer_id: str
    recipients: tuple[str, ...] = ()
    queue: str = ""
    title: str = ""
    state: str = ""
    priority: str = ""
    dynamic_fields: dict[str, str] = field(default_factory=dict)
    notify: bool = True


@dataclass(frozen=True)
class Ticket:
    """A ticket as the other packages see it."""

    number: str
    title: str
    state: str
    state_type: StateType
    priority: str
    queue: str
    queue_email: str
    queue_sender_name: str
    customer_login: str
    customer_id: str
    created: datetime
    changed: datetime
    closed: datetime | None
    link_profile: LinkProfile = LinkProfile.BUTTON
    after_close: AfterClose = AfterClose.OPENS


@dataclass(frozen=True)
class StoredAttachment:
    """An attachment as listed with its article; read its bytes with `Desk.read_attachment`."""

    id: int
    filename: str
    content_type: str
    content_id: str
    size: int


@dataclass(frozen=True)
class Article:
    """A filed message."""

    id: int
    sender_type: SenderType
    from_address: str
    from_name: str
    subject: str
    text: str
    html: str
    message_id: str
    references: tuple[str, ...]
    visible_for_customer: bool
    created: datetime
    attachments: tuple[StoredAttachment, ...] = ()
    signed: str = ""
    authentication: Authentication = NOT_CHECKED


@dataclass(frozen=True)
class HistoryEntry:
    """One step in a ticket's life. `notify` is False where the step must cause no mail to the customer.

    `text` is a participant's login where one was added or removed. `proof` is that of the article's mail, if there is
    one.
    """

    id: int
    ticket_number: str
    type: HistoryType
    article_id: int | None
    notify: bool
    text: str
    created: datetime
    proof: Proof = Proof.UNCHECKED
