"""Why the customer does not see a follow-up stands on it, and agents may show one that is not proven."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("minidesk", "0004_history_notify")]

    operations = [
        migrations.AddField(
            "Article",
            "standing",
            models.CharField(
                blank=True,
                choices=[
                    ("not proven", "not proven"),
                    ("denied", "denied"),
                    ("stranger", "stranger"),
                    ("filtered", "filtered"),
                ],
                default="",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField("Article", "notify_when_shown", models.BooleanField(default=False)),
        migrations.AddIndex("Article", models.Index(fields=["standing"], name="article_standing")),
    ]
