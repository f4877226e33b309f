"""Whom a mail made is provisional, and who waits for an agent is pending; roles keep what they permit."""

from django.db import migrations


def rename_permissions(old, new):
    def rename(apps, schema_editor):
        permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
        for action in ("add", "change", "delete", "view"):
            found = permissions.filter(codename=f"{action}_{old}", content_type__app_label="customers")
            found.update(codename=f"{action}_{new}")

    return rename


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RenameModel("Arrival", "ProvisionalCustomerUser"),
        migrations.RenameModel("HeldSender", "PendingSender"),
        migrations.AlterModelOptions("PendingSender", {"verbose_name": "pending sender"}),
        migrations.RunPython(
            rename_permissions("arrival", "provisionalcustomeruser"),
            rename_permissions("provisionalcustomeruser", "arrival"),
        ),
        migrations.RunPython(
            rename_permissions("heldsender", "pendingsender"), rename_permissions("pendingsender", "heldsender")
        ),
    ]
