"""Tickets have a priority, also in an installation whose first migration ran before that was written into it."""

from django.db import migrations


def add_where_missing(apps, schema_editor):
    ticket = apps.get_model("minidesk", "Ticket")
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, ticket._meta.db_table)
    if "priority" not in {column.name for column in columns}:
        schema_editor.add_field(ticket, ticket._meta.get_field("priority"))


class Migration(migrations.Migration):
    dependencies = [("minidesk", "0002_default_queue")]

    operations = [migrations.RunPython(add_where_missing, migrations.RunPython.noop)]
