"""What somebody wrote, told apart from the history their mail program put below it; in text and in HTML.

Both ways take one pass over the message, whatever is in it. When in doubt nothing is set apart: an answer written in
between the lines of a quote must stay visible.
"""

from __future__ import annotations

import re

# What stands before the mails below, in the words of many languages' mail programs.
_FORWARDED = re.compile(
    r"^\s*-{3,}\s*(original message|ursprüngliche nachricht|forwarded message|weitergeleitete nachricht"
    r"|message d'origine|message transféré|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original|исходное сообщение|wiadomość oryginalna|původní zpráva|ursprungligt meddelande)\s*-{3,}\s*$",
    re.IGNORECASE,
)
# fmt: off
_FROM = (
    "from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä", "feladó", "kimden", "от", "від", "发件人",
    "寄件者", "差出人", "보낸 사람",
)
_SENT = (
    "sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "fecha", "data", "inviato", "verzonden",
    "skickat", "sendt", "dato", "wysłano", "odesláno", "lähetetty", "elküldve", "gönderildi", "tarih", "отправлено",
    "дата", "надіслано", "发送时间", "日期", "寄件日期", "送信日時", "보낸 날짜",
)
# fmt: on
# Where the history starts in the HTML of the common mail programs.
_MARKER = re.compile(
    r"<(?:div|blockquote|span|p|section)\b[^<>]{0,500}?\b(?:"
    r"class=[\"'][^\"'<>]{0,200}?\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote"
    r"|OutlookMessageHeader|WordSection1_quoted)\b"
    r"|id=[\"']?(?:[xX]_)?(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|isForwardContent)\b"
    r"|style=[\"'][^\"'<>]{0,100}?border:\s?none;\s?border-top:\s?solid #(?:E1E1E1|B5C4DF)\b"
    r"|type=[\"']?cite\b)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
# A bracket within a comment counts as a word: a search for its end would start over at every comment that has none.
_INVISIBLE = re.compile(r"<(?:script|style|head|title)\b[^<>]*>[^<]*|<[^<>]*>|&nbsp;|&#160;|\s+", re.IGNORECASE)
_WIDE_COLON = "\uff1a"
# Characters. Markers are not looked for further down: whoever writes more than that wrote it themself.
_MAX_FRESH = 200_000


def split_text(text: str) -> tuple[str, str]:
    """What somebody wrote, and the history below it; the latter is empty where there is none."""
    lines = text.rstrip().split("\n")
    start = min(_trailing_quote(lines), _outlook_history(lines))
    fresh = "\n".join(lines[:start]).rstrip()
    return (fresh, "\n".join(lines[start:])) if fresh.strip() else (text.rstrip(), "")


def split_html(markup: str) -> tuple[str, str]:
    """The same for HTML. Tags may be left open by the first part and closed by the second: both need a sanitiser."""
    marker = _MARKER.search(markup[:_MAX_FRESH])
    if marker is None:
        return markup, ""
    fresh, quoted = markup[: marker.start()], markup[marker.start() :]
    if not _shows_words(fresh) or _is_answered_within(quoted):
        return markup, ""
    return fresh, quoted


def _trailing_quote(lines: list[str]) -> int:
    start = len(lines)
    while start and (lines[start - 1].startswith(">") or not lines[start - 1].strip()):
        start -= 1
    if not any(line.startswith(">") for line in lines[start:]):
        return len(lines)
    # "On Monday, Ann Lee wrote:", which some programs break in two.
    if start and lines[start - 1].rstrip().endswith((":", _WIDE_COLON)):
        start -= 1
        if start and lines[start - 1].startswith(("On ", "Am ", "Le ", "El ", "Il ", "Op ", "Em ", "Den ", "Dne ")):
            start -= 1
    return start


def _outlook_history(lines: list[str]) -> int:
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if _FORWARDED.match(line[:200]) or (_is_header(line, _FROM) and _is_header(following, _SENT)):
            return index
    return len(lines)


def _is_header(line: str, names: tuple[str, ...]) -> bool:
    name, colon, _ = line[:40].replace(_WIDE_COLON, ":").partition(":")
    return bool(colon) and name.strip(" *\u00a0").lower() in names


def _shows_words(markup: str) -> bool:
    return bool(_INVISIBLE.sub("", markup)) or "<img" in markup


def _is_answered_within(quoted: str) -> bool:
    """Whether words stand outside of the quotes once the first of them has begun."""
    depth, begun, position = 0, False, 0
    for tag in _TAG.finditer(quoted):
        if begun and not depth and _shows_words(quoted[position : tag.start()]):
            return True
        position = tag.end()
        if tag["name"].lower() == "blockquote":
            depth = max(0, depth + (-1 if tag["end"] else 1))
            begun = True
    return begun and not depth and _shows_words(quoted[position:])
