"""How an article is stored: its row, the headers and text, its files in the database or on disk, the raw mail."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from tests.otobo.fake.core import SYSTEM, Otobo

HTML = 'text/html; charset="utf-8"'


@dataclass(frozen=True)
class File:
    """A file of an article; `content_id` has angle brackets, `alternative` is '1' inside a multipart/alternative."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    alternative: str = ""
    disposition: str = "attachment"


@dataclass(frozen=True)
class Draft:
    """An article to be stored; `message_id` has its angle brackets."""

    sender_type: str
    channel: str
    subject: str
    text: str
    sender: str = ""
    to: str = ""
    cc: str = ""
    reply_to: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    content_type: str = "text/plain; charset=utf-8"
    visible: bool = True
    files: Sequence[File] = field(default=())
    raw: bytes = b""


def body_file(html: str) -> File:
    """The HTML of what was written as text and HTML, as OTOBO keeps it: a file without disposition."""
    return File("file-2", HTML, html.encode(), disposition="")


def new_message_id(otobo: Otobo) -> str:
    """A message id of OTOBO's own."""
    return f"<{otobo.epoch()}.{random.randrange(10**6)}.{random.randrange(10**9)}@desk.example>"


def store(otobo: Otobo, ticket_id: int, draft: Draft, by: int = SYSTEM) -> int:
    """Store an article up to its message id; its history and the raw mail come later. Gives its id."""
    article = otobo.insert(
        "article", by, ticket_id=ticket_id,
        article_sender_type_id=otobo.id_of("article_sender_type", draft.sender_type),
        communication_channel_id=otobo.id_of("communication_channel", draft.channel),
        is_visible_for_customer=int(draft.visible), search_index_needs_rebuild=1, insert_fingerprint=None,
    )  # fmt: skip
    path = otobo.now().strftime("%Y/%m/%d")
    mime = otobo.insert(
        "article_data_mime", by, article_id=article, a_from=draft.sender, a_reply_to=draft.reply_to, a_to=draft.to,
        a_cc=draft.cc, a_bcc="", a_subject=draft.subject, a_message_id="", a_message_id_md5=None,
        a_in_reply_to=draft.in_reply_to, a_references=draft.references, a_content_type=draft.content_type,
        a_body=draft.text, incoming_time=otobo.epoch(), content_path=path,
    )  # fmt: skip
    for file in draft.files:
        _store_file(otobo, article, path, file, by)
    if draft.message_id:
        digest = hashlib.md5(draft.message_id.encode()).hexdigest()
        otobo.step("UPDATE article_data_mime")
        otobo.database.update("article_data_mime", mime, a_message_id=draft.message_id, a_message_id_md5=digest)
    return article


def store_raw(otobo: Otobo, article: int, raw: bytes, by: int = SYSTEM) -> None:
    """Store the mail as it came in: after the queue's own answer."""
    if otobo.folder is None:
        otobo.insert("article_data_mime_plain", by, article_id=article, body=otobo.database.stored(raw))
        return
    path = otobo.database.value("SELECT content_path FROM article_data_mime WHERE article_id = %s", article)
    otobo.step("plain.txt")
    _write(otobo.folder / path / str(article) / "plain.txt", raw)


def _store_file(otobo: Otobo, article: int, path: str, file: File, by: int) -> None:
    if otobo.folder is None:
        otobo.insert(
            "article_data_mime_attachment", by, article_id=article, filename=file.filename,
            content_size=str(len(file.content)), content_type=file.content_type, content_id=file.content_id or None,
            content_alternative=file.alternative or None, disposition=file.disposition,
            content=otobo.database.stored(file.content),
        )  # fmt: skip
        return
    folder = otobo.folder / path / str(article)
    beside = {
        "content_type": file.content_type,
        "content_id": file.content_id,
        "content_alternative": file.alternative,
        "disposition": file.disposition or "inline",
    }
    otobo.step(file.filename)
    for name, value in beside.items():
        _write(folder / f"{file.filename}.{name}", value.encode())
    _write(folder / file.filename, file.content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o660)


def mail(
    sender: str = "Ann Lee <ann@customer.example>",
    subject: str = "Printer",
    text: str = "The printer is on fire.",
    *,
    html: str = "",
    to: str = "otobo@localhost",
    files: Sequence[File] = (),
    **headers: str,
) -> bytes:
    """A mail as it comes in; files with a content id are inline pictures."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = headers.pop("message_id", "") or make_msgid(domain="customer.example")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    for file in files:
        kind, _, subkind = file.content_type.partition("/")
        cid: dict[str, Any] = {"cid": file.content_id} if file.content_id else {}
        message.add_attachment(
            file.content, kind, subkind, filename=file.filename, disposition=file.disposition or "attachment", **cid
        )
    return bytes(message)


def tidied(filename: str) -> str:
    """The name that OTOBO gives to a file of incoming mail."""
    return re.sub(r"[^\w.-]", "_", filename)


def address_of(header: str) -> str:
    """The address that OTOBO files a mail under: that of the last in From, in their own spelling."""
    message = EmailMessage()
    message["From"] = header
    last: Address = message["From"].addresses[-1]
    return last.addr_spec
