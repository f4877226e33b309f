"""Logging: one line per event on standard error, with the secret part of links blacked out."""

from __future__ import annotations

import logging
import re
from typing import Any

_SECRET_IN_LINK = re.compile(r"(/l/|OTAToken=)[^\s;&\"'<>]+")


def redact(text: str) -> str:
    """`text` without the tokens that stand in links."""
    return _SECRET_IN_LINK.sub(r"\1***", text)


class RedactTokens(logging.Filter):
    """Blacks tokens out of every record, whoever wrote it; Django itself logs the paths of refused requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact; lets every record through."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


class BriefOnOtherHosts(logging.Filter):
    """Programs that try every machine for holes ask for hosts we are not; each is worth one line, and no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten; lets every record through."""
        problem = record.getMessage().partition(". You may need")[0]
        record.msg, record.args, record.exc_info = f"{problem}; OTALINK_BASE_URL names the host we answer for", (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": RedactTokens}, "other_hosts": {"()": BriefOnOtherHosts}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "filters": ["redact"],
            "formatter": "plain",
        },
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.security.DisallowedHost": {"filters": ["other_hosts"]},
    },
}


def configure_structlog() -> None:
    """Send structlog's events through the standard library's logging, as `event key=value ...`."""
    import structlog  # the supervisor logs too, but never through this

    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
