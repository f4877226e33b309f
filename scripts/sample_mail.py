"""Mail for the sample desk, taken in the way all mail is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.utils import timezone

from otalink.desk.types import Attachment
from otalink.postmaster import intake
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.outcome import Result
from otalink.sysconfig import store

SERVER = "mx.example.com"
DESK = "repairs@example.com"


@dataclass(frozen=True)
class Letter:
    """A mail from a customer; `proof` is what our mail server found out about its sender."""

    name: str
    address: str
    subject: str
    text: str
    to: str = DESK
    files: tuple[Attachment, ...] = ()
    proof: str = "dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
    headers: tuple[tuple[str, str], ...] = ()


def trust_our_server() -> None:
    """Believe what `SERVER` says about senders."""
    store.set_value("PostMaster::Authentication::TrustedServers", SERVER)


def receive(letter: Letter, source: str = "lmtp", *, trusted: bool = False) -> Result:
    """Take a letter in now."""
    return intake.run(written(letter), Delivery(letter.address, (letter.to,), source=source, trusted=trusted))


def written(letter: Letter) -> bytes:
    """The letter as it comes over the wire."""
    message, now = EmailMessage(), timezone.now()
    domain = letter.address.rpartition("@")[2]
    message["Authentication-Results"] = f"{SERVER}; {letter.proof.format(domain=domain)}"
    message["Date"] = format_datetime(now)
    message["From"] = formataddr((letter.name, letter.address))
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{now:%Y%m%d%H%M%S%f}@{domain}>"
    for name, value in letter.headers:
        message[name] = value
    message.set_content(letter.text)
    for file in letter.files:
        kind, _, subtype = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.filename)
    return message.as_bytes()
