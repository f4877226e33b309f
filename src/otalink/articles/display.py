"""A message made fit for a web page: sanitised, without remote content, its quoted history set apart.

Nothing a sender writes may run, load anything from elsewhere or tell anybody that the page was opened.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from otalink.articles import quotes
from otalink.articles.downloads import is_raster
from otalink.articles.tidy import tidy
from otalink.desk.types import Article, StoredAttachment

LINK_REL = "noopener noreferrer nofollow"
# A mail whose HTML is larger is shown by its text, so that no mail makes a page slow.
MAX_HTML = 2_000_000

# fmt: off
_TAGS = {
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "div",
    "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre",
    "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "tt", "u", "ul",
}
# fmt: on
_DROPPED_WITH_CONTENT = {"head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_HEADING = re.compile(r"<(/?)h[1-6](?=[\s>])")
_IMAGE_WITHOUT_ALT = re.compile(r"<img(?![^>]*\balt=)")
_SHOWS_SOMETHING = re.compile(r"<img[^>]*\ssrc=|>[^<]*[^<\s]")
_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Body:
    """What to show: safe HTML, the safe HTML of the quoted history, and the attachments shown within."""

    html: str
    quoted: str = ""
    inline: frozenset[int] = frozenset()


def body_of(article: Article, attachment_url: Callable[[int], str]) -> Body:
    """The body of an article as safe HTML; `attachment_url` tells the URL of an attachment by its id."""
    markup = tidy(article.html) if len(article.html) <= MAX_HTML else ""
    if markup:
        body = _from_html(markup, article, attachment_url)
        if _SHOWS_SOMETHING.search(body.html):
            return body
    fresh, quoted = quotes.split_text(article.text, article.subject)
    return Body(_text(fresh), _text(quoted) if quoted else "")


def _text(text: str) -> str:
    return f'<div class="plain">{linked(text)}</div>'


def linked(text: str) -> str:
    """Plain text as HTML, its web links clickable."""
    parts, position = [], 0
    for match in _LINK.finditer(text):
        url = _without_punctuation(match.group())
        escaped = html.escape(url)
        parts += [
            html.escape(text[position : match.start()]),
            f'<a href="{escaped}" rel="{LINK_REL}">{escaped}</a>',
        ]
        position = match.start() + len(url)
    return "".join([*parts, html.escape(text[position:])])


def _without_punctuation(url: str) -> str:
    bare = url.rstrip(".,;:!?'*")
    # "(see https://example.com/a)" closes the sentence's bracket, "https://example.com/a_(b)" its own.
    return bare[:-1].rstrip(".,;:!?") if bare.endswith(")") and "(" not in bare else bare


def _from_html(markup: str, article: Article, attachment_url: Callable[[int], str]) -> Body:
    images = {a.content_id: a for a in article.attachments if a.content_id and is_raster(a.content_type)}
    inline: set[int] = set()

    def own(url: str) -> str | None:
        return url if url in {attachment_url(id_) for id_ in inline} else None

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("img", "src"):
            return _image_url(value, images, inline, attachment_url)
        return None if value.lower().startswith("cid:") else value

    def clean(markup: str) -> str:
        safe = nh3.clean(
            markup,
            tags=_TAGS,
            clean_content_tags=_DROPPED_WITH_CONTENT,
            attributes=_ATTRIBUTES,
            attribute_filter=keep,
            url_schemes=_SCHEMES,
            url_relative=own,
            link_rel=LINK_REL,
        )
        # The page has headings of its own, and an image without a description is read out as its URL. Both
        # replacements write no quotes, so that they could break nothing even inside an attribute's value.
        return f'<div class="rich">{_IMAGE_WITHOUT_ALT.sub("<img alt", _HEADING.sub(r"<\1div", safe))}</div>'

    fresh, history = quotes.split_html(markup, article.subject)
    shown, quoted = clean(fresh), clean(history) if history else ""
    if history and not (_SHOWS_SOMETHING.search(shown) and _SHOWS_SOMETHING.search(quoted)):
        shown, quoted = clean(markup), ""
    return Body(shown, quoted, frozenset(inline))


def _image_url(
    value: str,
    images: dict[str, StoredAttachment],
    inline: set[int],
    attachment_url: Callable[[int], str],
) -> str | None:
    image = images.get(unquote(value[4:]).strip("<>")) if value.lower().startswith("cid:") else None
    if image is None:
        return None
    inline.add(image.id)
    return attachment_url(image.id)
