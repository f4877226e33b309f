"""Articles as the web service takes them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from email.headerregistry import Address
from typing import Any

from otalink.desk.types import Attachment
from otalink.otobo import facts

_TEXT = "text/plain; charset=utf8"


def of_customer(
    *, subject: str, text: str, sender: str, to: str, marker: str, files: Iterable[Attachment] = ()
) -> dict[str, Any]:
    """A request's parts for what a customer wrote, of which agents are told; neither subject nor text may be empty."""
    article = {
        "Subject": subject,
        "Body": text,
        "ContentType": _TEXT,
        "From": sender,
        "To": to,
        "SenderType": "customer",
        "CommunicationChannel": "Internal",
        "IsVisibleForCustomer": 1,
        "HistoryType": facts.FOLLOW_UP,
        "HistoryComment": marker,
    }
    # Beside the article: within it, OTOBO drops them without a word. It takes no empty list.
    attached = [_file(file) for file in files]
    return {"Article": article, "Attachment": attached} if attached else {"Article": article}


def for_agents(*, subject: str, text: str, marker: str = "", tell: bool = False) -> dict[str, Any]:
    """A note that customers do not see; `tell` is whether agents get mail about it."""
    return {
        "Subject": subject,
        "Body": text,
        "ContentType": _TEXT,
        "SenderType": "system",
        "CommunicationChannel": "Internal",
        "IsVisibleForCustomer": 0,
        "HistoryType": facts.ADD_NOTE,
        "HistoryComment": marker or "otalink",
        "NoAgentNotify": 0 if tell else 1,
    }


def mailbox(name: str, address: str) -> str:
    """A name and an address as they stand in From; the address alone where the name cannot."""
    try:
        return str(Address(display_name=name, addr_spec=address))
    except (ValueError, IndexError):
        return address


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "Filename": file.filename,
        "ContentType": file.content_type or "application/octet-stream",
        "Content": b64encode(file.content).decode(),
        "Disposition": "attachment",
    }
