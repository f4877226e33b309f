"""Mails in the shapes in which OTOBO hands them over, with words of our own."""

from __future__ import annotations

import quopri
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy

NUMBER, ID = "2026112710000018", 18
PLAIN = f"http://desk.example/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={NUMBER}"
TAG = "<OTOBO_OTACustomerTicketLink>"
BOUNDARY = "----------=_1795552137-20196-0"

TEXT = f"""
We come on Tuesday.

Your ticket:
[1]{PLAIN}
Tag: {TAG}

The workshop

--
 Example Street 1 - Web: [2]http://www.example.com/
--

[1] {PLAIN}
[2] http://www.example.com/
"""
HTML = (
    f'<p>We come on Tuesday.</p>Your ticket: <a href="{PLAIN}" title="{PLAIN}">{PLAIN}</a><br />'
    "Tag: &lt;OTOBO_OTACustomerTicketLink&gt;<br /><br />The workshop<br />"
    ' Web: <a href="http://www.example.com/" title="http://www.example.com/">http://www.example.com/</a><br />--'
)


def head(
    *,
    message_id: str = "1795552137.129193.412939641@desk.example",
    subject: str = f"Re: [Ticket#{NUMBER}] Printer broken",
    content_type: str = f'multipart/alternative; boundary="{BOUNDARY}"',
) -> str:
    """Headers in no order that anybody would choose, as a hash gives them out."""
    return (
        "MIME-Version: 1.0\nCC: Colleague <colleague@customer.example>\n"
        f"Message-ID: <{message_id}>\nFrom: OTOBO System <otobo@localhost>\nOrganization: Example Company\n"
        "To: Ann Lee <ann@customer.example>\nX-Powered-BY: OTOBO (https://otobo.org/)\n"
        "Date: Fri, 27 Nov 2026 20:28:57 +0000\nX-Mailer: OTOBO Mail Service (10.1.x)\n"
        f"Subject: {subject}\nContent-Type: {content_type}\n"
    )


def part(content: str, subtype: str, encoding: str = "quoted-printable", charset: str = "utf-8") -> bytes:
    """A part with its headers."""
    data = content.encode(charset)
    if encoding == "quoted-printable":
        data = quopri.encodestring(data)
    lines = (
        f'Content-Type: text/{subtype}; charset="{charset}"\nContent-Disposition: inline\n'
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    return lines.encode() + data


def alternative(text: str = TEXT, html: str = HTML, html_encoding: str = "7bit", **said: str) -> bytes:
    """Text and HTML beside each other."""
    return crlf(
        head(**said).encode()
        + b"\nThis is a multi-part message in MIME format...\n\n"
        + several(BOUNDARY, part(text, "plain"), part(html, "html", html_encoding))
    )


def several(boundary: str, *parts: bytes) -> bytes:
    """Parts between their boundaries."""
    line = f"--{boundary}".encode()
    return b"".join(line + b"\n" + one + b"\n" for one in parts) + line + b"--\n"


def single(content: str = TEXT, encoding: str = "quoted-printable", charset: str = "utf-8", **said: str) -> bytes:
    """A text alone."""
    body = part(content, "plain", encoding, charset).partition(b"Content-Disposition")
    content_type = body[0].decode().removeprefix("Content-Type: ").strip()
    return crlf(head(content_type=content_type, **said).encode() + body[1] + body[2])


def crlf(content: bytes) -> bytes:
    """Line ends as they are on the way."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def parsed(raw: bytes) -> EmailMessage:
    """As a mail program reads it."""
    return message_from_bytes(raw, policy=default_policy)


def text_of(raw: bytes, subtype: str = "plain") -> str:
    """What a reader sees."""
    body = parsed(raw).get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
