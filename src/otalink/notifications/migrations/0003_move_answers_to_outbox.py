"""Answers to refused mail move to the outbox, and the tasks that wait to deliver them follow."""

from itertools import batched

from django.db import migrations

# What the task was called, the older name first.
OLD_TASKS = ["otalink.notifications.answers.deliver_answer", "otalink.notifications.auto_replies.deliver_answer"]
TASK = "otalink.notifications.deliver.deliver"
CHUNK = 500


def move(apps, schema_editor):
    database = schema_editor.connection.alias
    _move_tasks(apps, database, _move_answers(apps, database))


def _move_answers(apps, database):
    """Copies every answer; returns the key of its outgoing mail by its own."""
    mails = apps.get_model("notifications", "OutboxMail")
    contents = apps.get_model("notifications", "AutoReplyContent").objects.using(database)
    answers = apps.get_model("notifications", "AnswerMail").objects.using(database)
    moved = {}
    for chunk in batched(answers.order_by("pk").iterator(CHUNK), CHUNK):
        copies = mails.objects.using(database).bulk_create(
            mails(
                event="AutoReply",
                message_id=answer.message_id,
                state=answer.state,
                last_error=answer.last_error,
                created=answer.created,
                changed=answer.changed,
                sent_at=answer.changed if answer.state == "sent" else None,
            )
            for answer in chunk
        )
        contents.bulk_create(
            contents.model(
                mail_id=mail.pk,
                recipient=answer.recipient,
                sender=answer.sender,
                subject=answer.subject,
                text=answer.text,
                in_reply_to=answer.in_reply_to,
                limit_key=answer.limit_key,
            )
            for answer, mail in zip(chunk, copies, strict=True)
        )
        moved.update((answer.pk, mail.pk) for answer, mail in zip(chunk, copies, strict=True))
    return moved


def _move_tasks(apps, database, moved):
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects.using(database)
    known, lost = [], []
    for task in tasks.filter(task_path__in=OLD_TASKS).only("args_kwargs").iterator(CHUNK):
        mail = moved.get(next(iter(task.args_kwargs["args"]), None))
        if mail is None:
            # Under its old number it would deliver another mail.
            lost.append(task.pk)
            continue
        task.task_path, task.args_kwargs = TASK, {"args": [mail], "kwargs": {}}
        known.append(task)
    tasks.bulk_update(known, ["task_path", "args_kwargs"], batch_size=CHUNK)
    tasks.filter(pk__in=lost).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_auto_reply_content"),
        ("django_tasks_database", "0014_remove_dbtaskresult_exception_data"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("AnswerMail"),
    ]
