"""The pages for machines that watch over us: alive, ready, and in which numbers."""

from __future__ import annotations

import ipaddress

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from otalink.desk.port import DeskUnavailable
from otalink.limits.client_ip import client_ip
from otalink.maintenance import problems


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django passes it
    """Whether this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether this process can do its work: 503 while the database cannot be reached.

    Who asks from this machine also reads what keeps mail from its readers. The status of the answer stays 200 then: a
    load balancer that turned customers away for that would only make it worse.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found = list(problems.lines()) if _is_here(client_ip(request)) else []
    except Error:
        return JsonResponse({"status": "database unreachable"}, status=503)
    except DeskUnavailable:
        return JsonResponse({"status": "desk unreachable"}, status=503)
    return JsonResponse({"status": "problems", "problems": found} if found else {"status": "ok"})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus; there is no such page for anybody who does not ask from this machine."""
    if not _is_here(client_ip(request)):
        raise Http404
    from otalink.conf.metrics import exposition  # only who watches pays for the library

    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_here(ip: str) -> bool:
    return bool(ip) and ipaddress.ip_address(ip).is_loopback
