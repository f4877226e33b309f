"""What a row of OTOBO's history is to customers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otalink.desk.types import HistoryType
from otalink.otobo.reading.history import HistoryRow
from otalink.otobo.watcher.kinds import kind_of

MAIL = HistoryRow(7, "FollowUp", "%%2026112410000055%%", "2026-11-24 20:10:36", 6, "2026112410000055", 9, "customer",
                  visible_for_customer=True, is_first=False)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, HistoryType.FOLLOW_UP),
        ({"type": "EmailCustomer", "is_first": True}, HistoryType.NEW_TICKET),
        ({"type": "NewTicket", "name": "%%GenericInterface Create", "is_first": True}, HistoryType.NEW_TICKET),
        ({"type": "PhoneCallCustomer"}, HistoryType.CUSTOMER_REPLY),
        ({"name": "%%otalink 5f0c"}, HistoryType.CUSTOMER_REPLY),
        ({"name": "otalink 5f0c"}, HistoryType.CUSTOMER_REPLY),
        ({"type": "SendAnswer", "sender_type": "agent"}, HistoryType.AGENT_REPLY),
        ({"type": "SendAutoReply", "sender_type": "system"}, None),
        ({"visible_for_customer": False}, None),
        ({"type": "StateUpdate", "article_id": None, "sender_type": ""}, None),
    ],
)
def test_each_row_is_a_step_or_nothing(changes: dict[str, object], kind: HistoryType | None) -> None:
    assert kind_of(replace(MAIL, **changes)) is kind  # type: ignore[arg-type]
