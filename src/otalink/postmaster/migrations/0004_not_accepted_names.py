"""What mail named that the desk has not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("postmaster", "0003_first_contact")]

    operations = [
        migrations.CreateModel(
            name="NotAcceptedName",
            fields=[
                ("text", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                ("seen", models.DateTimeField()),
            ],
        ),
    ]
