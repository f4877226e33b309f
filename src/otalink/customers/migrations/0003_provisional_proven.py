"""Whether the address of a customer user whom a mail made is proven."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def _trust_the_confirmed(apps: Any, _schema_editor: Any) -> None:
    # They opened a link, or an agent answered them: until now that made no difference.
    apps.get_model("customers", "ProvisionalCustomerUser").objects.exclude(confirmed=None).update(proven=True)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_provisional_and_pending")]

    operations = [
        migrations.AddField(
            model_name="provisionalcustomeruser", name="proven", field=models.BooleanField(default=False)
        ),
        migrations.RunPython(_trust_the_confirmed, migrations.RunPython.noop),
    ]
