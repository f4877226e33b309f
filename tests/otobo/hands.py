"""What customers and agents do with a fake OTOBO, as the contract of all desks asks it; seen by the watcher at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from otalink.desk.types import ArticleDraft, Ticket
from tests.otobo.fake import agents, answers, mails
from tests.otobo.fake.articles import Draft, File, body_file, store
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.watching import Watching
from tests.support.make import ANN, draft


class Hands:
    """Mixed into a contract; `at` says which OTOBO."""

    otobo: Otobo
    watching: Watching

    def at(self, otobo: Otobo) -> None:
        """Use this one."""
        otobo.auto_reply = otobo.notifies = False
        self.otobo, self.watching = otobo, Watching()

    def opened(self, desk: Any, first: ArticleDraft | None = None, login: str = ANN) -> Ticket:
        message = first or draft()
        ticket = mails.open_ticket(self.otobo, message.subject, "Raw", login)
        article = store(self.otobo, ticket.id, _draft(message))
        self.otobo.history("WebRequestCustomer", ticket.id, "%%", article)
        self.watching.look()
        found: Ticket | None = desk.find_ticket(ticket.number)
        assert found
        return found

    def written(self, desk: Any, number: str, message: ArticleDraft) -> list[int]:
        ticket = self._find(number)
        if self.otobo.ticket(ticket.id)["state_type"] not in {"new", "open"}:
            mails.set_state(self.otobo, ticket.id, "open")
        article = store(self.otobo, ticket.id, _draft(message))
        self.otobo.history("FollowUp", ticket.id, f"%%{number}%%", article)
        # Its times are whole seconds.
        moment = self.otobo.clock() + timedelta(seconds=2)
        self.otobo.clock = lambda: moment
        self.otobo.change_ticket(ticket.id)
        self.watching.look()
        rows = self.otobo.database.rows("SELECT id FROM article_data_mime_attachment WHERE article_id = %s", article)
        return [2 * row for (row,) in rows]

    def agent_reply(self, desk: Any, number: str, text: str, *, visible: bool = True) -> None:
        ticket = self._find(number)
        if visible:
            agents.answer(self.otobo, ticket, text)
        else:
            agents.note(self.otobo, ticket, text)
        self.watching.look()

    def close(self, number: str, state: str = "closed successful") -> None:
        mails.set_state(self.otobo, self._find(number).id, state)

    def reopen(self, number: str) -> None:
        mails.set_state(self.otobo, self._find(number).id, "open")

    def _find(self, number: str) -> Filed:
        ((id_,),) = self.otobo.database.rows("SELECT id FROM ticket WHERE tn = %s", number)
        return Filed(int(id_), number)


def _draft(message: ArticleDraft) -> Draft:
    files = [File(each.filename, each.content_type, each.content, f"<{each.content_id}>" if each.content_id else "")
             for each in message.attachments]  # fmt: skip
    return Draft(
        "customer", "Internal", message.subject, message.text, f"{message.from_name} <{message.from_address}>",
        answers.OWN_ADDRESS, message_id=f"<{message.message_id}>" if message.message_id else "",
        visible=message.visible_for_customer, files=[body_file(message.html), *files] if message.html else files,
    )  # fmt: skip
