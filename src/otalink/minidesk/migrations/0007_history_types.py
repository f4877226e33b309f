"""More kinds of history: a follow-up shown, an answer withheld, and what else came with them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('minidesk', '0006_link_profile'),
    ]

    operations = [
        migrations.AlterField(
            model_name='history',
            name='type',
            field=models.CharField(choices=[('NewTicket', 'NewTicket'), ('FollowUp', 'FollowUp'), ('AgentReply', 'AgentReply'), ('CustomerReply', 'CustomerReply'), ('StateUpdate', 'StateUpdate'), ('PriorityUpdate', 'PriorityUpdate'), ('Move', 'Move'), ('TicketDynamicFieldUpdate', 'TicketDynamicFieldUpdate'), ('FollowUpShown', 'FollowUpShown'), ('Undeliverable', 'Undeliverable'), ('SenderAdmitted', 'SenderAdmitted'), ('AnswerWithheld', 'AnswerWithheld'), ('ParticipantAdded', 'ParticipantAdded'), ('ParticipantRemoved', 'ParticipantRemoved')], max_length=40),
        ),
    ]
