"""Failures of cron tasks; a module of its own, so that a command can name them before Django is set up."""

from __future__ import annotations


class AlreadyRunning(Exception):
    """The cron task runs in another process right now, and only one instance of it may."""
