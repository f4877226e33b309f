"""One outbox for all outgoing mail: an auto-reply is a kind of it, with its content beside."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("TicketCreated", "ticket created"),
    ("AgentReplied", "agent replied"),
    ("LinkRefreshed", "link refreshed"),
    ("ParticipantAdded", "participant added"),
    ("AutoReply", "auto-reply"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            "OutboxMail", "event", models.CharField(choices=KINDS, max_length=20, verbose_name="kind")
        ),
        migrations.AlterField("OutboxMail", "ticket_number", models.CharField(blank=True, max_length=50)),
        migrations.CreateModel(
            name="AutoReplyContent",
            fields=[
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="auto_reply",
                        serialize=False,
                        to="notifications.outboxmail",
                    ),
                ),
                ("recipient", models.CharField(max_length=254)),
                ("sender", models.CharField(max_length=254)),
                ("subject", models.TextField(blank=True)),
                ("text", models.TextField()),
                ("in_reply_to", models.CharField(blank=True, max_length=255, verbose_name="in reply to")),
                ("limit_key", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "auto-reply",
                "verbose_name_plural": "auto-replies",
                "default_permissions": (),
                "indexes": [models.Index(fields=["limit_key"], name="auto_reply_limit")],
            },
        ),
    ]
