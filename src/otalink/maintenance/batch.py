"""Tasks claimed together: run one after the other, as long as there is time and the mail host takes mail."""

from __future__ import annotations

import time
from collections.abc import Callable

from otalink.maintenance import queue
from otalink.maintenance.queue import Ended, QueuedTask
from otalink.notifications import mail_host
from otalink.notifications.mail_host import Gate
from otalink.notifications.transport.mailer import RefusedByHost

# As many are claimed, and noted as done, in one transaction. What is sent is noted mail by mail all the same, so that a
# worker that is killed leaves one mail to be sent again.
MOST = 20
# A batch that takes longer, as with a mail server far away, is left to the other workers from here on.
SECONDS = 2.0


def work(worker_id: str, is_stopping: Callable[[], bool]) -> bool:
    """Run the tasks that are ready, a batch of them; says whether more may wait.

    Raises:
        DatabaseError, InterfaceError: what was claimed is taken over later.
    """
    gate = mail_host.gate()
    if gate is Gate.DUE and _ask(worker_id):
        return True
    rows = queue.claim(worker_id, MOST, with_mail=gate is Gate.OPEN)
    return _run(rows, is_stopping) or len(rows) == MOST


def _ask(worker_id: str) -> bool:
    """Send one mail to the host that took none, and all others if it is taken; False where it is not our turn."""
    if not queue.has_mail() or not mail_host.take_turn():
        return False
    rows = queue.claim_mail(worker_id)
    ended = [queue.run(row) for row in rows]
    queue.record_delivered(ended)
    if mail_host.trouble() is None:
        queue.release_mail()
        return True
    if not any(isinstance(one.error, RefusedByHost) for one in ended):
        mail_host.give_turn_back()
    return True


def _run(rows: list[QueuedTask], is_stopping: Callable[[], bool]) -> bool:
    """Whether time was too short for all of them."""
    ended: list[Ended] = []
    left: list[QueuedTask] = []
    end, mail_flows = time.monotonic() + SECONDS, True
    try:
        for row in rows:
            if is_stopping() or time.monotonic() > end or (queue.is_mail(row) and not mail_flows):
                left.append(row)
                continue
            ended.append(queue.run(row))
            if isinstance(ended[-1].error, RefusedByHost):
                mail_flows = mail_host.gate() is Gate.OPEN
    finally:
        queue.record_delivered(ended)
        queue.give_back(left)
    return bool(left) and mail_flows
