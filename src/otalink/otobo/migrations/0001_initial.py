import django.db.models.deletion
from django.db import migrations, models

from otalink.desk.types import HistoryType, Proof, Standing

_TYPES = [(t.value, t.value) for t in HistoryType]
_PROOFS = [(p.value, p.value) for p in Proof if p.value]
_STANDINGS = [(s.value, s.value) for s in Standing if s.value]


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('history_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('stamp', models.CharField(max_length=30)),
                ('ticket_id', models.BigIntegerField()),
                ('ticket_number', models.CharField(max_length=50)),
                ('article_id', models.BigIntegerField()),
                ('history_type', models.CharField(max_length=50)),
                ('type', models.CharField(choices=_TYPES, max_length=40)),
                ('seen', models.DateTimeField()),
                ('looked_at', models.DateTimeField(null=True)),
                ('notify', models.BooleanField(default=True)),
                ('standing', models.CharField(blank=True, max_length=20)),
                ('proof', models.CharField(blank=True, max_length=20)),
                ('proven_domain', models.CharField(blank=True, max_length=255)),
                ('proof_details', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='DropLease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(blank=True, max_length=64)),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DropMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('message_id', models.CharField(max_length=250)),
                ('size', models.BigIntegerField()),
                ('created', models.DateTimeField()),
                ('offered', models.DateTimeField(null=True)),
                ('after_article', models.BigIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='MirrorEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('history_id', models.BigIntegerField(null=True, unique=True)),
                ('stamp', models.CharField(blank=True, max_length=30)),
                ('ticket_id', models.BigIntegerField()),
                ('ticket_number', models.CharField(db_index=True, max_length=50)),
                ('type', models.CharField(choices=_TYPES, max_length=40)),
                ('article_id', models.BigIntegerField(db_index=True, null=True)),
                ('notify', models.BooleanField(default=True)),
                ('text', models.TextField(blank=True)),
                ('standing', models.CharField(blank=True, choices=_STANDINGS, max_length=20)),
                ('proof', models.CharField(blank=True, choices=_PROOFS, max_length=20)),
                ('proven_domain', models.CharField(blank=True, max_length=255)),
                ('proof_details', models.CharField(blank=True, max_length=500)),
                ('created', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'mirror entries',
            },
        ),
        migrations.CreateModel(
            name='TicketChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket_id', models.BigIntegerField()),
                ('ticket_number', models.CharField(max_length=50)),
                ('ticket_stamp', models.CharField(max_length=30)),
                ('customer_login', models.CharField(blank=True, max_length=200)),
                ('customer_id', models.CharField(blank=True, max_length=200)),
                ('customer_before', models.CharField(blank=True, max_length=200)),
                ('answers', models.BooleanField(default=False)),
                ('fields', models.JSONField(default=dict)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_try', models.DateTimeField(db_index=True)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('created', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WatcherPosition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_id', models.BigIntegerField(null=True)),
                ('entry_id', models.BigIntegerField(default=0)),
                ('owner', models.CharField(blank=True, max_length=100)),
                ('lease_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket_number', models.CharField(max_length=50)),
                ('ticket_id', models.BigIntegerField()),
                ('ticket_stamp', models.CharField(max_length=30)),
                ('customer_login', models.CharField(db_index=True, max_length=200)),
                ('created', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket_number', 'ticket_id', 'customer_login'), name='otobo_part_once')],
            },
        ),
        migrations.CreateModel(
            name='QueuedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=255, unique=True)),
                ('marker', models.CharField(max_length=40, unique=True)),
                ('ticket_id', models.BigIntegerField()),
                ('ticket_number', models.CharField(db_index=True, max_length=50)),
                ('ticket_stamp', models.CharField(max_length=30)),
                ('customer_login', models.CharField(blank=True, max_length=200)),
                ('from_address', models.CharField(max_length=255)),
                ('from_name', models.CharField(blank=True, max_length=255)),
                ('to', models.CharField(blank=True, max_length=500)),
                ('subject', models.CharField(max_length=255)),
                ('text', models.TextField()),
                ('for_agents', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('filed', 'Filed'), ('gone', 'Gone')], default='waiting', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_try', models.DateTimeField()),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('tried_since', models.DateTimeField(blank=True, null=True)),
                ('history_floor', models.BigIntegerField(default=0)),
                ('article_floor', models.BigIntegerField(default=0)),
                ('ticket_floor', models.BigIntegerField(default=0)),
                ('answered', models.DateTimeField(blank=True, null=True)),
                ('owner', models.CharField(blank=True, max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('filed_ticket_id', models.BigIntegerField(blank=True, null=True)),
                ('filed_ticket_number', models.CharField(blank=True, max_length=50)),
                ('filed_article_id', models.BigIntegerField(blank=True, null=True)),
                ('filed_history_id', models.BigIntegerField(blank=True, null=True)),
                ('created', models.DateTimeField()),
                ('filed', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'queued replies',
                'indexes': [models.Index(fields=['state', 'next_try'], name='otobo_reply_due')],
            },
        ),
        migrations.CreateModel(
            name='QueuedReplyFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('filename', models.CharField(max_length=255)),
                ('content_type', models.CharField(blank=True, max_length=150)),
                ('size', models.PositiveBigIntegerField()),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='otobo.queuedreply')),
            ],
            options={
                'ordering': ['reply_id', 'place'],
            },
        ),
    ]
