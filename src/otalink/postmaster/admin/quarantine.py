"""Quarantine in `/admin`: list, read, download, replay and delete. The mails are files, so these are plain views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from otalink.articles.downloads import DOWNLOAD_POLICY
from otalink.postmaster import journal, quarantine, replay
from otalink.postmaster.outcome import Result
from otalink.postmaster.quarantine import Item, NotInQuarantine

_PER_PAGE = 50
_HEAD_BYTES = 65_536
# A page that replays everything answers after this many seconds; pressing the button again goes on.
_REPLAY_SECONDS = 10.0
_LIST = "admin:postmaster_quarantine"

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Row:
    """A quarantined mail as the list shows it."""

    item: Item
    about: journal.Subject


def urls(site: AdminSite) -> list[URLPattern]:
    """The pages' URLs, below those of the journal."""

    def page(route: str, view: View, name: str) -> URLPattern:
        return path(f"quarantine/{route}", site.admin_view(view), name=name)

    def mail(route: str, view: View, name: str) -> URLPattern:
        # Outermost, since the policy that is set last counts.
        return path(
            f"quarantine/{route}", csp_override(DOWNLOAD_POLICY)(site.admin_view(require_safe(view))), name=name
        )

    name = "postmaster_quarantine"
    return [
        page("", require_safe(_page_of(site, _list)), name),
        page("replay-all/", _changing(replay_all), f"{name}_replay_all"),
        page("<slug:item_id>/", require_safe(_page_of(site, _item)), f"{name}_item"),
        mail("<slug:item_id>/source/", source, f"{name}_source"),
        mail("<slug:item_id>/download/", download, f"{name}_download"),
        page("<slug:item_id>/replay/", _changing(replay_one), f"{name}_replay"),
        page("<slug:item_id>/delete/", _changing(delete), f"{name}_delete"),
    ]


def _page_of(site: AdminSite, context: Callable[..., dict[str, Any]]) -> View:
    def view(request: HttpRequest, **arguments: str) -> HttpResponse:
        _require(request, "view_quarantine")
        everywhere = {**site.each_context(request), "may_change": _may(request, "change_quarantine")}
        found = context(request, **arguments)
        return TemplateResponse(request, f"admin/postmaster/{found['template']}.html", {**everywhere, **found})

    return view


def _list(request: HttpRequest) -> dict[str, Any]:
    page = Paginator(quarantine.items(), _PER_PAGE).get_page(request.GET.get("page"))
    rows = [Row(item, _about(item)) for item in page.object_list]
    return {"template": "quarantine", "title": "Quarantine", "rows": rows, "page": page}


def _about(item: Item) -> journal.Subject:
    try:
        with quarantine.open_mail(item.id) as mail:
            return journal.about_bytes(mail.read(_HEAD_BYTES))
    except NotInQuarantine:  # gone since it was listed
        return journal.Subject(item.size)


def _item(_request: HttpRequest, item_id: str) -> dict[str, Any]:
    item = _find(item_id)
    with quarantine.open_mail(item_id) as mail:
        head = mail.read(_HEAD_BYTES)
    return {
        "template": "quarantine_item",
        "title": "Quarantined mail",
        "row": Row(item, journal.about_bytes(head)),
        "head": head.decode("utf-8", "replace").replace("\0", "\ufffd"),
        "is_cut": item.size > len(head),
    }


def source(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """The whole mail as plain text: nothing in it is run, shown or fetched."""
    return _bytes_of(request, item_id, as_attachment=False, content_type="text/plain; charset=utf-8")


def download(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """The whole mail as a file."""
    return _bytes_of(request, item_id, as_attachment=True, content_type="message/rfc822")


def _bytes_of(request: HttpRequest, item_id: str, *, as_attachment: bool, content_type: str) -> HttpResponseBase:
    _require(request, "view_quarantine")
    _find(item_id)
    return FileResponse(
        quarantine.open_mail(item_id),
        as_attachment=as_attachment,
        filename=f"{item_id}.{'eml' if as_attachment else 'txt'}",
        content_type=content_type,
    )


def replay_one(request: HttpRequest, item_id: str) -> HttpResponse:
    """Try to file one mail again."""
    _find(item_id)
    _tell(request, [replay.replay(item_id)])
    return HttpResponseRedirect(reverse(_LIST))


def replay_all(request: HttpRequest) -> HttpResponse:
    """Try to file all mail again, the oldest first."""
    _tell(request, [result for _, result in replay.replay_all(_REPLAY_SECONDS)])
    return HttpResponseRedirect(reverse(_LIST))


def delete(request: HttpRequest, item_id: str) -> HttpResponse:
    """Throw a mail away."""
    _find(item_id)
    quarantine.delete(item_id)
    messages.success(request, "The mail was deleted.")
    return HttpResponseRedirect(reverse(_LIST))


def _tell(request: HttpRequest, results: list[Result]) -> None:
    counts = Counter(result.outcome for result in results)
    if not counts:
        messages.info(request, "There was nothing to replay.")
    stays = [result for result in results if result.outcome in replay.UNSETTLED]
    for outcome, count in counts.items():
        level = messages.WARNING if outcome in replay.UNSETTLED else messages.SUCCESS
        messages.add_message(request, level, f"{count} mails: {outcome}" if count > 1 else f"1 mail: {outcome}")
    if stays:
        reason = stays[0].reason.removesuffix(f" (quarantine {stays[0].quarantine_id})")
        messages.warning(request, f"Still in quarantine: {reason}")


def _changing(view: View) -> View:
    def checked(request: HttpRequest, **arguments: str) -> HttpResponseBase:
        _require(request, "change_quarantine")
        return view(request, **arguments)

    return require_POST(checked)


def _require(request: HttpRequest, permission: str) -> None:
    if not _may(request, permission):
        raise PermissionDenied


def _may(request: HttpRequest, permission: str) -> bool:
    return bool(request.user.has_perm(f"postmaster.{permission}"))


def _find(item_id: str) -> Item:
    try:
        return quarantine.find(item_id)
    except NotInQuarantine as error:
        raise Http404(str(error)) from None
