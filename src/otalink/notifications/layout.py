"""The HTML of a mail, made from its text: simple, readable on a phone, nothing loaded from anywhere.

Mail programs know little CSS, hence the tables and the styles on each element.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from otalink.common.languages import translated
from otalink.notifications import tags
from otalink.notifications.texts import BUTTON, NOT_ME

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PARAGRAPH = '<p style="margin:0 0 18px">{}</p>'
_QUOTE = (
    '<div style="margin:0 0 22px;padding:14px 18px;border-left:3px solid #0f6269;background:#f1f6f6;'
    'border-radius:0 6px 6px 0">{}</div>'
)
_BUTTON = (
    '<table role="presentation" cellpadding="0" cellspacing="0" style="margin:6px 0 26px"><tr>'
    '<td style="border-radius:8px;background:#0f6269"><a href="<{link}>" style="display:inline-block;'
    'padding:13px 26px;color:#ffffff;font-weight:600;text-decoration:none;border-radius:8px">{label}</a></td>'
    "</tr></table>"
)
_CODE = '<strong style="font-size:22px;letter-spacing:2px;white-space:nowrap"><{code}></strong>'
_NOT_ME = '<a href="<{link}>" style="color:#0f6269">{label}</a>'
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title><OTOBO_TICKET_Title></title>
</head>
<body style="margin:0;padding:0;background:#f4f6f6">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f6f6">
<tr><td align="center" style="padding:28px 14px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:580px;background:#ffffff;\
border-radius:12px">
<tr><td style="padding:34px 32px 18px;{font};font-size:16px;line-height:1.55;color:#18272a">
{content}
</td></tr></table>
<p style="margin:16px 0 0;{font};font-size:13px;color:#566a6e">Ticket#<OTOBO_TICKET_TicketNumber></p>
</td></tr></table>
</body>
</html>
"""
_BODY_TAGS = {"<OTOBO_AGENT_BODY>", "<OTOBO_CUSTOMER_BODY>"}


@lru_cache(maxsize=64)
def page(text: str, language: str) -> str:
    """An HTML template made from a text template; the tags in it stay tags.

    A paragraph that is the link's tag alone becomes the button; one that is an article's tag alone, a quotation.
    """
    paragraphs = [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]
    content = "\n".join(_paragraph(paragraph, language) for paragraph in paragraphs)
    return _PAGE.format(language=html.escape(language), font=_FONT, content=content)


def with_paragraph(page: str, paragraph: str, language: str) -> str:
    """An operator's HTML template with one more paragraph at its end."""
    ends = list(_BODY_END.finditer(page))
    place = ends[-1].start() if ends else len(page)
    return f"{page[:place]}{_paragraph(paragraph.strip(), language)}{page[place:]}"


def _paragraph(paragraph: str, language: str) -> str:
    if paragraph == f"<{tags.LINK}>":
        label = translated(BUTTON, language.partition("-")[0])
        return _BUTTON.format(link=tags.LINK, label=html.escape(label))
    inner = _escape_around_tags(paragraph).replace("\n", "<br>\n")
    not_me = _NOT_ME.format(link=tags.NOT_ME, label=html.escape(translated(NOT_ME, language.partition("-")[0])))
    inner = inner.replace(f"<{tags.CODE}>", _CODE.format(code=tags.CODE)).replace(f"<{tags.NOT_ME}>", not_me)
    return (_QUOTE if paragraph in _BODY_TAGS else _PARAGRAPH).format(inner)


def _escape_around_tags(text: str) -> str:
    kept, start = [], 0
    for match in tags.TAG.finditer(text):
        kept += [html.escape(text[start : match.start()]), match[0]]
        start = match.end()
    return "".join([*kept, html.escape(text[start:])])
