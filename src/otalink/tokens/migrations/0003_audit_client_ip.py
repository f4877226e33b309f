"""An address is an e-mail address, nothing else: where somebody clicked from is a client's IP."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tokens", "0002_limits_of_their_own")]

    operations = [migrations.RenameField("AuditEntry", "address", "client_ip")]
