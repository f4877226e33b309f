"""The counters of the rate limits, in the table that `tokens` made and handed over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tokens", "0002_limits_of_their_own")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LimitCounter",
                    fields=[
                        ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("window", models.DateTimeField()),
                        ("count", models.PositiveIntegerField(default=0)),
                    ],
                ),
            ],
        ),
    ]
