import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_results_of_mail'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxmail',
            name='event',
            field=models.CharField(choices=[('TicketCreated', 'ticket created'), ('AgentReplied', 'agent replied'), ('LinkRefreshed', 'link refreshed'), ('ParticipantAdded', 'participant added'), ('AutoReply', 'auto-reply'), ('PassedOn', 'passed on')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='PassedOnContent',
            fields=[
                ('mail', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='passed_on', serialize=False, to='notifications.outboxmail')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('recipient', models.CharField(max_length=320)),
                ('sender', models.CharField(blank=True, max_length=320)),
            ],
            options={
                'verbose_name': 'mail passed on',
                'verbose_name_plural': 'mail passed on',
                'default_permissions': (),
            },
        ),
    ]
