"""Tasks for the tests of the queue; what they did is in the database, where other processes see it."""

from __future__ import annotations

import time

from django.tasks import task

from otalink.sysconfig.models import StoredValue


class Broken(Exception):
    pass


@task
def note(name: str) -> str:
    StoredValue.objects.update_or_create(name=name, defaults={"value": 1})
    return name


@task
def fail(text: str) -> None:
    raise Broken(text)


@task
def work_slowly(name: str, seconds: float) -> None:
    StoredValue.objects.create(name=f"{name} begun", value=1)
    time.sleep(seconds)
    StoredValue.objects.create(name=f"{name} ended", value=1)
