"""What the operations of the web service do, statement by statement; refusals are answers as any other."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.otobo.fake import agents, answers
from tests.otobo.fake.articles import Draft, File, store
from tests.otobo.fake.core import API_AGENT, Filed, Otobo
from tests.otobo.fake.mails import open_ticket, set_customer, set_state

type Body = Mapping[str, Any]


class Refused(Exception):
    """An operation says no; the answer is one of status 200 all the same."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass
class Agent:
    """The agent that otalink writes as, with rights by queue; `everywhere` are those of queues not named."""

    login: str = "otalink-api"
    password: str = "Api-Pass-1"
    everywhere: frozenset[str] = frozenset({"ro", "note", "create", "rw"})
    rights: dict[str, frozenset[str]] = field(default_factory=dict)

    def may(self, queue: str, right: str) -> bool:
        given = self.rights.get(queue, self.everywhere)
        return "rw" in given or right in given


def session_create(otobo: Otobo, agent: Agent, body: Body, sessions: set[str]) -> Body:
    """`SessionID` for `UserLogin` and `Password`."""
    if (body.get("UserLogin"), body.get("Password")) != (agent.login, agent.password):
        raise Refused("SessionCreate.AuthFail", "SessionCreate: Authorization failing!")
    session = f"session{len(sessions) + 1}"
    sessions.add(session)
    return {"SessionID": session}


def ticket_create(otobo: Otobo, agent: Agent, body: Body) -> Body:
    """A ticket with its first article."""
    ticket, article = body.get("Ticket"), body.get("Article")
    if not isinstance(ticket, dict) or not isinstance(article, dict):
        raise Refused("TicketCreate.MissingParameter", "TicketCreate: Ticket or Article parameter is missing!")
    for name in ("Title", "Queue", "State", "Priority", "CustomerUser"):
        if not ticket.get(name):
            raise Refused("TicketCreate.MissingParameter", f"TicketCreate: Ticket->{name} parameter is missing!")
    _check_article("TicketCreate", article, body)
    if not agent.may(ticket["Queue"], "create"):
        raise Refused("TicketCreate.AccessDenied", "TicketCreate: Can not create tickets in configured queue!")
    login = ticket["CustomerUser"]
    known = otobo.database.rows("SELECT customer_id FROM customer_user WHERE login = %s AND valid_id = 1", login)
    customer = known[0][0] if known else ""
    filed = open_ticket(otobo, ticket["Title"], ticket["Queue"], login, customer=customer, by=API_AGENT)
    if ticket["State"] != "new":
        set_state(otobo, filed.id, ticket["State"], API_AGENT)
    comment = str(article.get("HistoryComment") or "%%GenericInterface Create")
    first = {"CommunicationChannel": "Email", "HistoryType": "NewTicket", **article}
    written = _article(otobo, filed, first, body.get("Attachment"), comment)
    answers.after_new_ticket(otobo, written, str(article.get("From") or login), API_AGENT)
    otobo.history("OwnerUpdate", filed.id, f"%%{agent.login}%%{API_AGENT}", by=API_AGENT)
    _fields(otobo, filed, body)
    answers.at_the_end(otobo, written, str(article.get("From") or login), API_AGENT)
    return {"TicketID": str(filed.id), "TicketNumber": filed.number, "ArticleID": written.article}


def ticket_update(otobo: Otobo, agent: Agent, body: Body) -> Body:
    """Another state, customer or queue first, then the article, then dynamic fields."""
    filed = _ticket(otobo, agent, body, "TicketUpdate", "ro")
    queue = otobo.ticket(filed.id)["queue"]
    ticket, article = body.get("Ticket") or {}, body.get("Article")
    if article is not None:
        _check_article("TicketUpdate", article, body)
    # Whoever may read a ticket may give it another customer.
    needed = [("note", article), ("note", ticket.get("State")), ("rw", body.get("DynamicField"))]
    needed.append(("rw", ticket.get("Queue")))
    if any(wanted and not agent.may(queue, right) for right, wanted in needed):
        raise Refused("TicketUpdate.AccessDenied", "TicketUpdate: User does not have access to the ticket!")
    if ticket.get("CustomerUser"):
        set_customer(otobo, filed.id, ticket["CustomerUser"], ticket.get("CustomerID") or "", API_AGENT)
    if ticket.get("Queue"):
        agents.move(otobo, filed, ticket["Queue"])
    if ticket.get("State") and ticket["State"] != otobo.ticket(filed.id)["state"]:
        set_state(otobo, filed.id, ticket["State"], API_AGENT)
    answer: dict[str, Any] = {"TicketID": str(filed.id), "TicketNumber": filed.number}
    if article is not None:
        kind = article.get("HistoryType") or "AddNote"
        name = str(article.get("HistoryComment") or "%%")
        written = _article(otobo, filed, {"HistoryType": kind, **article}, body.get("Attachment"), name)
        answer["ArticleID"] = written.article
        _tell(otobo, written, article, kind)
    _fields(otobo, filed, body)
    return answer


def ticket_get(otobo: Otobo, agent: Agent, body: Body) -> Body:
    """A ticket's own row."""
    filed = _ticket(otobo, agent, body, "TicketGet", "ro")
    row = otobo.ticket(filed.id)
    names = {"Title": "title", "Queue": "queue", "State": "state", "StateType": "state_type"}
    told = {name: row[column] for name, column in names.items()}
    customer = {"CustomerUserID": row["customer_user"], "CustomerID": row["customer"]}
    # Ids come as numbers here and as strings there.
    return {
        "Ticket": [
            {"TicketID": filed.id, "TicketNumber": filed.number, "QueueID": str(row["queue_id"]), **told, **customer}
        ]
    }


def ticket_search(otobo: Otobo, agent: Agent, body: Body) -> Body:
    """The ids of tickets by number; nothing at all where none is found."""
    rows = otobo.database.rows("SELECT id FROM ticket WHERE tn = %s", str(body.get("TicketNumber") or ""))
    found = [str(row[0]) for row in rows if agent.may(otobo.ticket(row[0])["queue"], "ro")]
    return {"TicketID": found} if found else {}


def ticket_history(otobo: Otobo, agent: Agent, body: Body) -> Body:
    """The history of a ticket."""
    filed = _ticket(otobo, agent, body, "TicketHistoryGet", "ro")
    rows = otobo.database.rows(
        "SELECT h.id, ht.name, h.name, h.article_id FROM ticket_history h JOIN ticket_history_type ht"
        " ON ht.id = h.history_type_id WHERE h.ticket_id = %s ORDER BY h.id", filed.id,
    )  # fmt: skip
    steps = [
        {"HistoryID": str(i), "HistoryType": kind, "Name": name, "ArticleID": article or 0}
        for i, kind, name, article in rows
    ]
    return {"TicketHistory": [{"TicketID": filed.id, "History": steps}]}


type Operation = Callable[[Otobo, Agent, Body], Body]


def _ticket(otobo: Otobo, agent: Agent, body: Body, operation: str, right: str) -> Filed:
    rows = otobo.database.rows("SELECT id, tn FROM ticket WHERE id = %s", int(body.get("TicketID") or 0))
    if not rows or not agent.may(otobo.ticket(rows[0][0])["queue"], right):
        raise Refused(f"{operation}.AccessDenied", f"{operation}: User does not have access to the ticket!")
    return Filed(int(rows[0][0]), str(rows[0][1]))


def _check_article(operation: str, article: Body, body: Body) -> None:
    for name in ("Subject", "Body", "ContentType"):
        if not article.get(name):
            raise Refused(f"{operation}.MissingParameter", f"{operation}: Article->{name} parameter is missing!")
    if "Attachment" in body and not body["Attachment"]:
        raise Refused(f"{operation}.MissingParameter", f"{operation}: Attachment parameter is missing or not valid!")


def _article(otobo: Otobo, filed: Filed, article: Body, attached: Any, name: str) -> Filed:
    # Files stand beside the article in a request; what is within it is dropped, as OTOBO does.
    given = attached or []
    files = [
        File(
            one["Filename"], one["ContentType"], base64.b64decode(one["Content"]), one.get("ContentID") or "",
            disposition=one.get("Disposition") or "attachment",
        )
        for one in ([given] if isinstance(given, dict) else given)
    ]  # fmt: skip
    draft = Draft(
        article.get("SenderType") or "agent", article.get("CommunicationChannel") or "Internal", article["Subject"],
        article["Body"], str(article.get("From") or "Otalink API"), str(article.get("To") or ""),
        content_type=article["ContentType"], visible=bool(int(article.get("IsVisibleForCustomer") or 0)), files=files,
    )  # fmt: skip
    written = store(otobo, filed.id, draft, API_AGENT)
    otobo.history(article["HistoryType"], filed.id, name, written, API_AGENT)
    return Filed(filed.id, filed.number, written)


def _tell(otobo: Otobo, filed: Filed, article: Body, kind: str) -> None:
    if kind == "FollowUp":
        answers.after_follow_up(otobo, filed, str(article.get("From") or ""), API_AGENT)
    elif kind == "AddNote" and not int(article.get("NoAgentNotify") or 0):
        answers.tell_agents(otobo, filed, "Ticket new note notification", API_AGENT)


def _fields(otobo: Otobo, filed: Filed, body: Body) -> None:
    given = body.get("DynamicField") or []
    for one in [given] if isinstance(given, dict) else given:
        agents.set_field(otobo, filed, one["Name"], str(one["Value"]), API_AGENT)


OPERATIONS: dict[str, Operation] = {
    "TicketCreate": ticket_create,
    "TicketUpdate": ticket_update,
    "TicketGet": ticket_get,
    "TicketSearch": ticket_search,
    "TicketHistoryGet": ticket_history,
}
