"""The embedded desk keeps the contract of all desks."""

from __future__ import annotations

import pytest

from otalink.desk.agent_types import FieldValue
from otalink.desk.agent_types import Queue as QueueChoice
from otalink.desk.types import ArticleDraft, Routing, SenderType, Ticket
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField, Queue
from tests.contracts.agent_desk import AgentDeskContract
from tests.contracts.desk import DeskContract, RepliesContract
from tests.contracts.mail_desk import MailDeskContract
from tests.support.make import ANN, draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


class Hands:
    """What customers and agents do with the embedded desk."""

    def opened(self, desk: MiniDesk, first: ArticleDraft | None = None, login: str = ANN) -> Ticket:
        return desk.create_ticket(first or draft(), Routing(login, login))

    def written(self, desk: MiniDesk, number: str, message: ArticleDraft) -> list[int]:
        return [file.id for file in desk.add_follow_up(number, message).attachments]

    def agent_reply(self, desk: MiniDesk, number: str, text: str, *, visible: bool = True) -> None:
        desk.add_agent_reply(number, draft(text, sender_type=SenderType.AGENT, visible_for_customer=visible))

    def close(self, number: str, state: str = "closed successful") -> None:
        changes.set_state(changes.find(number), state)

    def reopen(self, number: str) -> None:
        changes.set_state(changes.find(number), "open")


class TestMiniDesk(Hands, DeskContract):
    pass


class TestRepliesOfMiniDesk(Hands, RepliesContract):
    pass


class TestMailOfMiniDesk(Hands, MailDeskContract):
    def text_field(self) -> str:
        return DynamicField.objects.create(name="Case", type="text").name


class TestAgentsOfMiniDesk(AgentDeskContract):
    def checkbox(self) -> FieldValue:
        field = DynamicField.objects.create(name="Escalated", label="Escalated!", type="checkbox")
        return FieldValue(field.name, field.label, is_checkbox=True, value="1")

    def another_queue(self) -> QueueChoice:
        queue = Queue.objects.create(name="Orders", email="orders@desk.example", sender_name="Orders")
        return QueueChoice(queue.pk, queue.name)
