"""One word for one thing: notified, auto-reply, deferral, URL."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

OUTCOMES = [
    "new ticket",
    "follow-up",
    "duplicate",
    "ignored",
    "rejected",
    "refused with an auto-reply",
    "quarantined",
    "try later",
]


def rename_outcome(apps, schema_editor):
    entries = apps.get_model("postmaster", "JournalEntry").objects.using(schema_editor.connection.alias)
    entries.filter(outcome="refused with an answer").update(outcome="refused with an auto-reply")


def rename_folder(apps, schema_editor):
    old = Path(settings.OTALINK_DATA) / "tried-in-vain"
    if old.is_dir() and not (new := old.with_name("deferrals")).exists():
        old.rename(new)


class Migration(migrations.Migration):
    dependencies = [("postmaster", "0001_initial")]

    operations = [
        migrations.RemoveIndex("Claim", "claim_answered"),
        migrations.RenameField("Claim", "answered_to", "notified_mailbox"),
        migrations.AddIndex("Claim", models.Index(fields=["notified_mailbox", "created"], name="claim_notified")),
        migrations.AlterField(
            "JournalEntry", "outcome", models.CharField(max_length=30, choices=[(name, name) for name in OUTCOMES])
        ),
        migrations.AlterField(
            "MailAccount",
            "token_url",
            models.URLField(
                blank=True,
                help_text="OAuth2: https://login.microsoftonline.com/TENANT/oauth2/v2.0/token or "
                "https://oauth2.googleapis.com/token",
                max_length=500,
                verbose_name="token URL",
            ),
        ),
        migrations.RunPython(rename_outcome, migrations.RunPython.noop),
        migrations.RunPython(rename_folder, migrations.RunPython.noop),
    ]
