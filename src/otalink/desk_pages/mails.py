"""What agents do about a mail that did not arrive: send it again, or leave it at that."""

from __future__ import annotations

import contextlib

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from otalink.agents.sign_in import agents_only
from otalink.desk_pages.tickets import ticket_or_404
from otalink.notifications.models import OutboxMail
from otalink.notifications.results import resend


@require_POST
@agents_only
def again(request: HttpRequest, number: str, mail_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Send a mail once more, with a fresh link."""
    mail = _mail_or_404(number, mail_id)
    # Pressed twice, or by two agents at once: it is on its way.
    with contextlib.suppress(resend.CannotResend):
        mail = resend.send_again(mail)
    return redirect(f"{reverse('desk:ticket', args=[number])}#mail-{mail.pk}")


@require_POST
@agents_only
def drop(request: HttpRequest, number: str, mail_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Nobody needs the mail: it is no longer counted."""
    with contextlib.suppress(resend.CannotResend):
        resend.drop(_mail_or_404(number, mail_id))
    return redirect(f"{reverse('desk:ticket', args=[number])}#mail-{mail_id}")


def _mail_or_404(number: str, mail_id: int) -> OutboxMail:
    mail = OutboxMail.objects.filter(pk=mail_id, ticket_number=ticket_or_404(number).number).first()
    if mail is None:
        raise Http404
    return mail
