"""NewTicketReject counts auto-replies; what an operator set for it keeps its value under that name."""

from django.db import migrations

OLD, NEW = "AnswersPerDay", "AutoRepliesPerDay"


def renamed(old, new):
    def rename(apps, schema_editor):
        stored = apps.get_model("sysconfig", "StoredValue").objects.using(schema_editor.connection.alias)
        for row in stored.filter(name__startswith="PostMaster::PreFilterModule###"):
            if isinstance(row.value, dict) and old in row.value:
                row.value = {new if key == old else key: value for key, value in row.value.items()}
                row.save(update_fields=["value"])

    return rename


class Migration(migrations.Migration):
    dependencies = [("sysconfig", "0001_initial")]

    operations = [migrations.RunPython(renamed(OLD, NEW), renamed(NEW, OLD))]
