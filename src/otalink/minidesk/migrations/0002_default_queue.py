"""A desk starts with one queue, so that the first mail has somewhere to go, and with its ticket counter."""

from django.db import migrations


def add_default_queue(apps, schema_editor):
    queue = apps.get_model("minidesk", "Queue")
    queue.objects.get_or_create(
        name="Support", defaults={"email": "support@localhost", "sender_name": "Support", "is_default": True}
    )
    apps.get_model("minidesk", "TicketCounter").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("minidesk", "0001_initial")]
    operations = [migrations.RunPython(add_default_queue, migrations.RunPython.noop)]
