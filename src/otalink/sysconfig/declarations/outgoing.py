"""The run-time settings of outgoing mail."""

from __future__ import annotations

from otalink.sysconfig.setting import Setting, integer

MAX_ATTACHED_BYTES = Setting(
    name="Notification::MaxAttachedBytes",
    navigation="Core::Email",
    default=10_000_000,
    parse=integer(0, 1_000_000_000),
    kind="bytes",
    help="The files of an answer go with its mail as long as all of them together are no larger; otherwise the mail "
    "names them above its link. 0: never.",
)
