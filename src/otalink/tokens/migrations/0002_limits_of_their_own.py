"""The counters of the rate limits move to a package of their own; their table keeps what it counted."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tokens", "0001_initial")]

    operations = [
        migrations.AlterModelTable("LimitCounter", "limits_limitcounter"),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("LimitCounter")]),
    ]
