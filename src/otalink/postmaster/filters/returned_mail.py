"""What a mail system says of a mail that it could not deliver, in a report (RFC 3464) or in words of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from otalink.mail import automatic
from otalink.mail.charsets import clean
from otalink.mail.incoming import IncomingMail
from otalink.mail.refusals import Cause, cause_of
from otalink.notifications import message_ids

# Characters, or bytes of a file.
_MOST = 65_536
_MOST_IDS = 20
# What a system says of a failure stands at the beginning; below stands the mail that came back.
_MOST_SAID = 4_000
_MOST_REASON = 300

_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED_TYPES = ("message/", "text/")
_FINAL = ("failed", "expired")
_ID = re.compile(r"(?mi)^[>|\s]{0,10}message-id:\s{0,5}<([^<>\s]{1,250})>")
_FIELD = re.compile(r"(?m)^([A-Za-z-]{1,40}):[ \t]*(.*(?:\r?\n[ \t]+.*)*)")
_STATUS = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
_TOLD = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.])55[0-4](?![\d.])")
# Where the mail that came back begins.
_RETURNED = re.compile(
    r"(?mi)^[>|\s]{0,10}(?:received|return-path|message-id|mime-version|dkim-signature|x-[a-z-]{1,40}):"
    r"|^-+ ?(?:below this line|this is a copy|original message|returned message|message header)"
)
_FAILED = re.compile(
    r"(?i)undeliver|returned mail|return(?:ed)? to sender|fail(?:ure|ed)|could ?n[o']t be|permanent|unable to deliver"
    r"|not (?:be )?delivered|did not reach|giving up|rejected|no such|unknown|unzustellbar|nicht (?:\w+ )?zugestellt"
)
_DELAYED = re.compile(
    r"(?i)\bdelay|\bwarning|still (?:be )?(?:trying|retried)|will (?:keep )?(?:be )?(?:re)?try|verz(?:ö|oe)ger"
)


@dataclass(frozen=True)
class Failure:
    """That a mail did not arrive, and why; `said` are the words of the mail system, in one line."""

    cause: Cause
    said: str


def ids(mail: IncomingMail) -> list[str]:
    """The message ids of the mails that a mail system writes about, those in what it sends back first."""
    if not mail.automatic:
        return []
    files = (file for file in mail.attachments if file.content_type.startswith(_RETURNED_TYPES))
    texts = [_text(file.content) for file in files]
    if automatic.is_mail_system(mail.headers, mail.author_address):
        texts.append(mail.text[: 2 * _MOST])
    found = [id_ for text in texts for id_ in _ID.findall(text)[:_MOST_IDS]]
    # Mail that we passed on has the message id of its author, the same in all copies.
    found += [id_ for text in texts for id_ in message_ids.passed_on(text)[:_MOST_IDS]]
    return list(dict.fromkeys([*mail.reported_ids, *found, mail.in_reply_to, *reversed(mail.references)]))[
        : 5 * _MOST_IDS
    ]


def failure(mail: IncomingMail) -> Failure | None:
    """Why a mail did not arrive; None where this tells of none, or of one that is only late."""
    if not mail.automatic:
        return None
    reports = [group for report in _reports(mail) for group in _groups(report)]
    if any("action" in group for group in reports):
        failed = next((group for group in reports if group.get("action", "").lower().startswith(_FINAL)), None)
        return _reported(failed, mail) if failed else None
    is_report = "delivery-status" in mail.headers.text("content-type").lower()
    is_told = is_report or automatic.is_mail_system(mail.headers, mail.author_address)
    return _told(mail) if is_told else None


def _reported(group: dict[str, str], mail: IncomingMail) -> Failure:
    found = _STATUS.search(group.get("status", ""))
    status = found[0] if found else ""
    diagnostic = _one_line(group.get("diagnostic-code", ""))
    cause = cause_of(diagnostic, status)
    if cause is Cause.UNKNOWN:
        cause = cause_of(_words(mail), status)
    return Failure(cause, (diagnostic or status)[:_MOST_REASON])


def _told(mail: IncomingMail) -> Failure | None:
    words = _words(mail)
    code = _TOLD.search(words)
    if _DELAYED.search(mail.subject) or not (code or _FAILED.search(mail.subject) or _FAILED.search(words)):
        return None
    return Failure(cause_of(words), code[0] if code else _one_line(words)[:_MOST_REASON])


def _words(mail: IncomingMail) -> str:
    """What the system itself says, without the mail that came back."""
    text = mail.text[:_MOST]
    begins = _RETURNED.search(text)
    return text[: min(begins.start() if begins else _MOST, _MOST_SAID)]


def _reports(mail: IncomingMail) -> Iterator[str]:
    for file in mail.attachments:
        if file.content_type in _STATUS_TYPES:
            yield _text(file.content)


def _text(content: bytes) -> str:
    # What no database stores is taken out, as from all other text of a mail.
    return clean(content[:_MOST].decode("utf-8", "replace"))


def _groups(report: str) -> Iterator[dict[str, str]]:
    """The fields of each recipient, and those of the report, by their names in small letters."""
    for group in re.split(r"\r?\n[ \t]*\r?\n", report):
        yield {name.lower(): value.strip() for name, value in reversed(_FIELD.findall(group))}


def _one_line(text: str) -> str:
    return " ".join(text.split())
