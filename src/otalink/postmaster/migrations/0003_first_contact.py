"""What was in a mailbox before it was connected, and what stays there filed. Accounts of before do what they did."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def keep_what_they_do(apps, schema_editor):
    accounts = apps.get_model("postmaster", "MailAccount").objects.using(schema_editor.connection.alias)
    accounts.filter(after="").update(after="delete")
    # Nothing counts as having been there: all of it is filed, as before.
    accounts.update(existing="new", connected=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("postmaster", "0002_words")]

    operations = [
        migrations.AlterField(
            "MailAccount",
            "after",
            models.CharField(
                blank=True,
                choices=[
                    (None, "what loses nothing: IMAP moves it, POP3 leaves it"),
                    ("move", "move it to another folder (IMAP)"),
                    ("leave", "leave it there, and remember that it is filed (POP3)"),
                    ("delete", "delete it"),
                ],
                default="",
                max_length=6,
                verbose_name="after filing",
            ),
        ),
        migrations.AddField(
            "MailAccount",
            "existing",
            models.CharField(
                choices=[
                    ("leave", "leave it alone: only what comes from now on is filed"),
                    ("quietly", "file it, and mail nobody about it"),
                    ("new", "treat it as new mail, and answer it"),
                ],
                default="leave",
                max_length=7,
                verbose_name="mail that is there already",
            ),
        ),
        migrations.AddField("MailAccount", "connected", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "MailAccount", "uid_validity", models.PositiveBigIntegerField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            "MailAccount", "uid_next", models.PositiveBigIntegerField(blank=True, editable=False, null=True)
        ),
        migrations.CreateModel(
            name="RememberedMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("filed", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="postmaster.mailaccount"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "RememberedMail", models.UniqueConstraint(fields=["account", "digest"], name="remembered_mail_once")
        ),
        migrations.RunPython(keep_what_they_do, migrations.RunPython.noop),
    ]
