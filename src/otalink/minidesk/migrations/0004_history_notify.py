"""What says whether customers get mail about a step is called `notify` everywhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("minidesk", "0003_ticket_priority_where_missing")]

    operations = [
        migrations.RenameField("History", "answer", "notify"),
        migrations.AlterField(
            "History",
            "type",
            models.CharField(
                choices=[
                    ("NewTicket", "NewTicket"),
                    ("FollowUp", "FollowUp"),
                    ("AgentReply", "AgentReply"),
                    ("CustomerReply", "CustomerReply"),
                    ("StateUpdate", "StateUpdate"),
                    ("PriorityUpdate", "PriorityUpdate"),
                    ("Move", "Move"),
                    ("TicketDynamicFieldUpdate", "TicketDynamicFieldUpdate"),
                    ("Undeliverable", "Undeliverable"),
                    ("SenderAdmitted", "SenderAdmitted"),
                    ("ParticipantAdded", "ParticipantAdded"),
                    ("ParticipantRemoved", "ParticipantRemoved"),
                ],
                max_length=40,
            ),
        ),
    ]
