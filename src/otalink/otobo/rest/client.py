"""One request to OTOBO's web service, and what its answer means.

Whoever writes there must know of a request that failed whether it may have been carried out: OTOBO finishes what it
began, whoever has hung up. So there are three ways to fail. Each request signs in by itself: OTOBO allows an agent
twenty sessions, which processes that were killed would use up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError

from otalink.desk.port import DeskError, DeskUnavailable
from otalink.otobo import facts

# Seconds. The second is for a reply with 25 MB of files on a busy OTOBO.
_TO_CONNECT, _TO_ANSWER = 5, 60


class NotCarriedOut(DeskUnavailable):
    """The request did not come to OTOBO; it may be made again at once."""


class Uncertain(DeskUnavailable):
    """Nobody answered; what was asked for may be done, or may still be done."""


class Refused(DeskError):
    """OTOBO understood, and did nothing; `code` is its own, such as `TicketUpdate.AccessDenied`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"OTOBO refuses: {text} ({code})")
        self.code = code

    @property
    def is_sign_in(self) -> bool:
        """Whether it is the agent whom OTOBO does not let in."""
        return self.code.endswith(facts.AUTH_FAIL)


@dataclass(frozen=True)
class Written:
    """What OTOBO says that it wrote; 0 for an article where there is none."""

    ticket_id: int
    ticket_number: str
    article_id: int


def create_ticket(body: Mapping[str, Any]) -> Written:
    """Open a ticket.

    Raises:
        NotCarriedOut, Uncertain, Refused
    """
    return _written(_call("POST", facts.ROUTE_CREATE, body))


def update_ticket(ticket_id: int, body: Mapping[str, Any]) -> Written:
    """Add an article to a ticket, or change it.

    Raises:
        NotCarriedOut, Uncertain, Refused
    """
    return _written(_call("PATCH", facts.ROUTE_TICKET.format(ticket_id), body))


def get_ticket(ticket_id: int) -> Mapping[str, Any]:
    """What OTOBO says of a ticket.

    Raises:
        NotCarriedOut, Uncertain, Refused
    """
    # Of a GET OTOBO reads no body, and a password in the query would stand in the log of its web server.
    found = _call("POST", facts.ROUTE_TICKET.format(ticket_id), {}).get("Ticket")
    if not isinstance(found, list) or not found or not isinstance(found[0], dict):
        raise Uncertain("OTOBO's answer holds no ticket")
    return found[0]


def answers(ticket_id: int) -> None:
    """Ask something that changes nothing; returns where OTOBO's workers answer, were it with a refusal.

    Raises:
        NotCarriedOut, Uncertain
    """
    try:
        get_ticket(ticket_id)
    except Refused:
        return


def _call(method: str, route: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    signed = {
        "UserLogin": settings.OTALINK_OTOBO_REST_USER,
        "Password": settings.OTALINK_OTOBO_REST_PASSWORD,
        **body,
    }
    url = settings.OTALINK_OTOBO_REST_URL + route
    # A connection that was kept may be one that OTOBO has just given up, which nobody can tell from an accident.
    headers = {"Connection": "close", "Accept": "application/json"}
    try:
        response = requests.request(
            method, url, json=signed, headers=headers, timeout=(_TO_CONNECT, _TO_ANSWER), allow_redirects=False
        )
    except requests.RequestException as error:
        raise _failed(error) from error
    return _read(response)


def _failed(error: requests.RequestException) -> DeskUnavailable:
    # Its text would hold the URL at most; the body, with the password, is in none of these.
    text = f"OTOBO's web service: {type(error).__name__}"
    return NotCarriedOut(f"{text}, not reached") if _was_not_reached(error) else Uncertain(f"{text}, no answer")


def _was_not_reached(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, SSLError):
        # Also raised where a connection breaks off later; only this one comes before anything was sent.
        return "CERTIFICATE_VERIFY_FAILED" in str(reason)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _read(response: requests.Response) -> Mapping[str, Any]:
    if 300 <= response.status_code < 500:
        raise NotCarriedOut(f"OTOBO's web server answers {response.status_code}")
    if response.status_code >= 500:
        raise Uncertain(f"OTOBO's web server answers {response.status_code}")
    try:
        told = response.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Uncertain("OTOBO's answer is none of its web service")
    if isinstance(error := told.get("Error"), dict):
        raise Refused(str(error.get("ErrorCode") or ""), " ".join(str(error.get("ErrorMessage") or "").split()))
    return told


def _written(told: Mapping[str, Any]) -> Written:
    try:
        # Ids are numbers in some answers, strings in others.
        ticket_id = int(str(told["TicketID"]))
        return Written(ticket_id, str(told.get("TicketNumber") or ""), int(str(told.get("ArticleID") or 0)))
    except (KeyError, ValueError):
        raise Uncertain("OTOBO's answer names no ticket") from None
