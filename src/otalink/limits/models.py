"""The counters of the rate limits."""

from __future__ import annotations

from django.db import models


class LimitCounter(models.Model):
    """How often something happened in the current window; `key` is a digest: neither address nor IP can be read."""

    key = models.CharField(max_length=64, primary_key=True)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
