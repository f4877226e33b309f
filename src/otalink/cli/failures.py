"""Exit codes: of mail intake's outcomes, and of failures, of which those we know are told in one clear line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

EXIT_DONE, EXIT_CANNOT, EXIT_USAGE, EXIT_TRY_LATER = 0, 1, 2, 75
EXIT_INTERRUPTED = 130


class CommandFailed(Exception):
    """A command cannot do what it was asked to; the text is one clear line."""


class NotReady(Exception):
    """A mail server hands us mail and we cannot even start; it keeps the mail and asks again."""


def guarded(function: Callable[[], int]) -> int:
    """Call and return the exit code; a failure we know is told in one line on standard error."""
    try:
        return function()
    except BrokenPipeError:
        # Whoever read our output (`| head`) has seen enough; Python must not complain while it closes down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        sys.stderr.write(f"otalink: {told(error)}\n")
        return code


def exit_code(error: Exception) -> int | None:
    """The exit code for a failure we know, None for a bug."""
    if isinstance(error, NotReady):
        return EXIT_TRY_LATER
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error, InterfaceError, OperationalError

    from otalink.conf.variables import ConfigurationError

    if isinstance(error, ConfigurationError):  # without settings, the modules below cannot be imported
        return EXIT_CANNOT
    from otalink.customers.types import BackendReadOnly, BackendUnavailable, CustomerUserUnknown
    from otalink.desk.port import DeskError, DeskUnavailable
    from otalink.maintenance.errors import AlreadyRunning
    from otalink.postmaster.accounts.failure import SourceFailure
    from otalink.sysconfig.setting import InvalidValue

    if isinstance(error, OperationalError | InterfaceError | BackendUnavailable | DeskUnavailable):
        return EXIT_TRY_LATER
    refused = (
        CommandFailed,
        AlreadyRunning,
        ImproperlyConfigured,  # a database whose driver is not installed
        InvalidValue,
        DeskError,
        CustomerUserUnknown,
        BackendReadOnly,
        SourceFailure,
        OSError,
        Error,
    )
    # LookupError and the kinds we name after it are refusals; a KeyError or IndexError is a bug.
    if isinstance(error, refused) or (isinstance(error, LookupError) and not isinstance(error, KeyError | IndexError)):
        return EXIT_CANNOT
    return None


def outcome_exit_code(outcome: str) -> int:
    """What a mail server is told by the exit code about an outcome of mail intake."""
    from otalink.postmaster.outcome import Outcome

    return {Outcome.TRY_LATER: EXIT_TRY_LATER, Outcome.REJECTED: EXIT_CANNOT}.get(Outcome(outcome), EXIT_DONE)


def told(error: Exception) -> str:
    """What an operator reads of an error."""
    from django.db import InterfaceError, OperationalError

    text = one_line(error)
    # Which database it is that does not answer, an operator reads nowhere else.
    return f"OTALINK_DATABASE_URL: {text}" if isinstance(error, OperationalError | InterfaceError) else text


def one_line(error: Exception) -> str:
    """What an error says, without line breaks."""
    return " ".join(str(error).split()) or type(error).__name__
