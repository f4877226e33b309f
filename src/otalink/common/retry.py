"""When what failed is tried again, and when it is given up: one rule, and all that follow it in one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

NEVER = timedelta.max


@dataclass(frozen=True)
class RetryPolicy:
    """A pause after each failure, which grows by `factor` from `first_delay` to at most `longest_delay`.

    `give_up_after` is counted from the beginning, not from a failure, so that nothing is given up early because it
    was tried often; `NEVER` tries for ever.
    """

    first_delay: timedelta
    longest_delay: timedelta
    factor: float = 2
    give_up_after: timedelta = NEVER

    def delay_after(self, attempts: int) -> timedelta:
        """How long to wait after that many attempts; the first delay up to one of them."""
        delay = self.first_delay
        for _ in range(attempts - 1):
            if delay >= self.longest_delay:
                break
            delay *= self.factor
        return min(delay, self.longest_delay)

    def is_over(self, since: datetime, now: datetime) -> bool:
        """Whether what is tried since `since` is tried no more."""
        return now - since >= self.give_up_after


# Most outages of a mail server, a directory or a ticket system are over in minutes; one that begins on a Friday evening
# is seen on Monday. Until then four hours lose little, and load nobody who has just come back.
TASKS = RetryPolicy(timedelta(minutes=1), timedelta(hours=4), give_up_after=timedelta(days=3))

# Tried as often and as long as the task that delivers it: what a customer waits for is worth every attempt.
NOTIFICATIONS = TASKS

# A host that refuses everything says nothing about a mail. What waits for it is given up only where nobody mends that
# host for two weeks: an answer that is older than that helps nobody.
REFUSED_BY_HOST = replace(TASKS, give_up_after=timedelta(days=14))

# The pauses of a mail host that refuses all: a relay that only restarts is back within seconds, and five minutes are
# the most that everybody waits once it works again. One mail asks, however many wait.
MAIL_HOST = RetryPolicy(timedelta(seconds=15), timedelta(minutes=5))
# A mail that came back although its address is right: a full mailbox is emptied within hours, and whoever put us on a
# blocklist takes us off within days. What came back three times after that comes back for ever.
RETURNED_MAIL = RetryPolicy(timedelta(hours=1), timedelta(days=1), factor=5)
MOST_RETURNS = 3

# That a mail was not taken helps its sender on the same day; later it would only puzzle them.
AUTO_REPLIES = replace(TASKS, give_up_after=timedelta(days=1))

# Mail servers count sign-ins, and lock out who tries too often; mail that waits there is not lost, so a quarter of an
# hour is the most that a customer waits for us once it works again. It is never given up: an operator sees it fail.
MAIL_ACCOUNTS = RetryPolicy(timedelta(seconds=15), timedelta(minutes=15))

# Replies that wait for OTOBO's web service: they were accepted, and are never given up; an operator sees them wait.
# Five minutes are the most that one waits once it works again.
REPLIES = RetryPolicy(timedelta(seconds=5), timedelta(minutes=5))

# The pause between two rounds of the worker: short, since a new ticket is to be answered within a second. Rounds that
# fail one after the other, as without a database, are further and further apart.
WORKER_ROUNDS = RetryPolicy(timedelta(seconds=0.5), timedelta(seconds=30))
