"""Values that an operator set; everything else has its declared default."""

from __future__ import annotations

from django.db import models


class StoredValue(models.Model):
    """One changed setting; `value` is what its declaration's parser takes."""

    name = models.CharField(max_length=150, primary_key=True)
    value = models.JSONField()
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "setting"

    def __str__(self) -> str:
        return self.name
