"""The run-time settings of mail intake as a whole."""

from __future__ import annotations

from otalink.sysconfig.setting import Setting, boolean, integer, mapping, text

_NAVIGATION = "Core::Email::PostMaster"

MAX_EMAIL_SIZE = Setting(
    name="PostMasterMaxEmailSize",
    navigation=_NAVIGATION,
    default=64,
    parse=integer(1, 1024),
    kind="MB",
    help="Larger mail is refused by the LMTP server and quarantined when it comes from a file.",
)

KEEP_TRYING_DAYS = Setting(
    name="PostMaster::KeepTryingDays",
    navigation=_NAVIGATION,
    default=3,
    parse=integer(0, 365),
    kind="days",
    help="For how many days mail that cannot be filed now is left to its sender's server to try again. Then it goes "
    "into quarantine, before that server gives up, as most do after five days. 0: never.",
)

FETCH_INTERVAL = Setting(
    name="PostMasterFetchInterval",
    navigation=_NAVIGATION,
    default=60,
    parse=integer(2, 86_400),
    kind="seconds",
    help="How often mail is fetched from mail accounts; where the server announces new mail, at the latest.",
)

ANSWER_DAYS = Setting(
    name="PostMaster::AnswerDays",
    navigation=_NAVIGATION,
    default=5,
    parse=integer(0, 36_500),
    kind="days",
    help="Mail that reached its mail server longer ago is filed, and nobody is mailed about it, however it came: old "
    "mail that turns up is not answered. Mail on its way gives up after five days. 0: mail of any age is answered.",
)

MAX_EMAILS = Setting(
    name="PostmasterMaxEmails",
    navigation=_NAVIGATION,
    default=40,
    parse=integer(0, 10_000),
    kind="mails",
    help="How many new tickets of one address are answered within a day; further ones are filed without an answer.",
)

MAX_EMAILS_PER_ADDRESS: Setting[dict[str, int]] = Setting(
    name="PostmasterMaxEmailsPerAddress",
    navigation=_NAVIGATION,
    default={},
    parse=mapping(lambda value: text(value).lower(), integer(0, 10_000)),
    kind="JSON object of addresses and numbers",
    help="The same for single addresses, instead of PostmasterMaxEmails.",
)

SIGNED_REPLY_ADDRESS = Setting(
    name="PostMaster::SignedReplyAddress",
    navigation=_NAVIGATION,
    default=False,
    parse=boolean,
    kind="1 or 0",
    help="Has customers answer to an address of their own for each ticket, queue+<ticket>.<signature>@host. What comes "
    "there is theirs, also where nobody checks senders and a mail program or relay drops or replaces message ids. The "
    "host that takes the queue's mail must take queue+anything as well.",
)

JOURNAL_DAYS = Setting(
    name="PostMaster::JournalDays",
    navigation=_NAVIGATION,
    default=30,
    parse=integer(1, 36_500),
    kind="days",
    help="How long the journal remembers what became of each mail.",
)
