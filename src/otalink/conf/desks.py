"""What belongs to which desk; the boot configuration chooses one. All by dotted names: nobody imports a desk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DeskParts:
    """The parts of the product that come with a desk.

    `desk` is the class behind the port, `application` its Django application, `agents_urls` the pages below `/desk/`.
    `customers_urls` are pages of this desk for customers, beside the portal's. `check` is a function that takes a list
    of notes, adds to it, and yields what is wrong with this desk. `names` is a function, called once Django is set up,
    by which settings are checked against what this desk has; empty where its models say so. `services` are functions
    without arguments, called once by `run` and `worker`: each starts something in threads of the process and returns
    what has a `stop`, or None where there is nothing to start. `takes_mail` says whether mail comes in through us.
    """

    desk: str
    application: str
    agents_urls: str
    customers_urls: str = ""
    check: str = ""
    names: str = ""
    services: tuple[str, ...] = ()
    takes_mail: bool = True


DESKS = {
    "minidesk": DeskParts("otalink.minidesk.desk.MiniDesk", "otalink.minidesk", "otalink.desk_pages.urls"),
    "otobo": DeskParts(
        "otalink.otobo.desk.OtoboDesk",
        "otalink.otobo",
        "otalink.agents.urls",
        customers_urls="otalink.otobo.urls",
        check="otalink.otobo.setup.check.findings.problems",
        names="otalink.otobo.names.register",
        services=(
            "otalink.otobo.watcher.service.start",
            "otalink.otobo.replies.service.start",
            "otalink.otobo.relay.service.start",
            "otalink.otobo.pop3.service.start",
        ),
        takes_mail=False,
    ),
}
