"""One more kind of history: what a mail named that the desk has not."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('minidesk', '0007_history_types'),
    ]

    operations = [
        migrations.AlterField(
            model_name='history',
            name='type',
            field=models.CharField(choices=[('NewTicket', 'NewTicket'), ('FollowUp', 'FollowUp'), ('AgentReply', 'AgentReply'), ('CustomerReply', 'CustomerReply'), ('StateUpdate', 'StateUpdate'), ('PriorityUpdate', 'PriorityUpdate'), ('Move', 'Move'), ('TicketDynamicFieldUpdate', 'TicketDynamicFieldUpdate'), ('FollowUpShown', 'FollowUpShown'), ('Undeliverable', 'Undeliverable'), ('SenderAdmitted', 'SenderAdmitted'), ('AnswerWithheld', 'AnswerWithheld'), ('NotAccepted', 'NotAccepted'), ('ParticipantAdded', 'ParticipantAdded'), ('ParticipantRemoved', 'ParticipantRemoved')], max_length=40),
        ),
    ]
