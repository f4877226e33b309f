"""The built-in mail texts; a `Notification` record replaces one.

The wording fits with and without a one-time token in the link, since customer users with a password get none.
"""

from __future__ import annotations

from otalink.notifications.models import NotificationEvent

BUTTON = {"en": "Open your ticket", "de": "Ticket öffnen"}
NO_SUBJECT = {"en": "Your ticket", "de": "Ihr Ticket"}

_CREATED_EN = """\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

thank you for writing to us. Your message has arrived, and we will get back to you as soon as we can.

You can follow your ticket here, and add to it at any time:

<OTOBO_OTACustomerTicketLink>

This link is meant for you alone, so please keep it to yourself. You can also simply reply to this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
"""

_CREATED_DE = """\
Hallo <OTOBO_CUSTOMER_DATA_UserFirstname>,

vielen Dank für Ihre Nachricht. Sie ist bei uns angekommen, und wir melden uns so bald wie möglich.

Hier können Sie Ihr Ticket verfolgen und jederzeit ergänzen:

<OTOBO_OTACustomerTicketLink>

Dieser Link ist nur für Sie bestimmt, bitte geben Sie ihn nicht weiter. Sie können auch einfach auf diese E-Mail \
antworten.

Freundliche Grüße
<OTOBO_TICKET_QueueSenderName>
"""

_REPLIED_EN = """\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

there is an answer in your ticket:

<OTOBO_AGENT_BODY>

You can read the whole conversation and write back here:

<OTOBO_OTACustomerTicketLink>

This link is meant for you alone, so please keep it to yourself. You can also simply reply to this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
"""

_REPLIED_DE = """\
Hallo <OTOBO_CUSTOMER_DATA_UserFirstname>,

es gibt eine Antwort in Ihrem Ticket:

<OTOBO_AGENT_BODY>

Hier können Sie den ganzen Verlauf lesen und antworten:

<OTOBO_OTACustomerTicketLink>

Dieser Link ist nur für Sie bestimmt, bitte geben Sie ihn nicht weiter. Sie können auch einfach auf diese E-Mail \
antworten.

Freundliche Grüße
<OTOBO_TICKET_QueueSenderName>
"""

_CLOSED_EN = """\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

there is an answer in your ticket:

<OTOBO_AGENT_BODY>

The ticket is closed, and its page can no longer be opened. If there is anything else, simply reply to this mail: that \
opens it again.

Kind regards
<OTOBO_TICKET_QueueSenderName>
"""

_CLOSED_DE = """\
Hallo <OTOBO_CUSTOMER_DATA_UserFirstname>,

es gibt eine Antwort in Ihrem Ticket:

<OTOBO_AGENT_BODY>

Das Ticket ist geschlossen, und seine Seite lässt sich nicht mehr öffnen. Wenn noch etwas ist, antworten Sie einfach \
auf diese E-Mail: Das öffnet es wieder.

Freundliche Grüße
<OTOBO_TICKET_QueueSenderName>
"""

_REFRESHED_EN = """\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

here is your new link to your ticket “<OTOBO_TICKET_Title>”:

<OTOBO_OTACustomerTicketLink>

It is meant for you alone, so please keep it to yourself. You did not ask for it? Then you can ignore this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
"""

_REFRESHED_DE = """\
Hallo <OTOBO_CUSTOMER_DATA_UserFirstname>,

hier ist Ihr neuer Link zu Ihrem Ticket „<OTOBO_TICKET_Title>“:

<OTOBO_OTACustomerTicketLink>

Er ist nur für Sie bestimmt, bitte geben Sie ihn nicht weiter. Sie haben ihn nicht angefordert? Dann können Sie diese \
E-Mail einfach ignorieren.

Freundliche Grüße
<OTOBO_TICKET_QueueSenderName>
"""

_ADDED_EN = """\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

you now take part in the request “<OTOBO_TICKET_Title>”. You can read it, and write to us about it, here:

<OTOBO_OTACustomerTicketLink>

This link is meant for you alone, so please keep it to yourself. You can also simply reply to this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
"""

_ADDED_DE = """\
Hallo <OTOBO_CUSTOMER_DATA_UserFirstname>,

Sie sind jetzt an der Anfrage „<OTOBO_TICKET_Title>“ beteiligt. Hier können Sie sie lesen und uns dazu schreiben:

<OTOBO_OTACustomerTicketLink>

Dieser Link ist nur für Sie bestimmt, bitte geben Sie ihn nicht weiter. Sie können auch einfach auf diese E-Mail \
antworten.

Freundliche Grüße
<OTOBO_TICKET_QueueSenderName>
"""

TEXTS: dict[tuple[NotificationEvent, str], str] = {
    (NotificationEvent.TICKET_CREATED, "en"): _CREATED_EN,
    (NotificationEvent.TICKET_CREATED, "de"): _CREATED_DE,
    (NotificationEvent.AGENT_REPLIED, "en"): _REPLIED_EN,
    (NotificationEvent.AGENT_REPLIED, "de"): _REPLIED_DE,
    (NotificationEvent.LINK_REFRESHED, "en"): _REFRESHED_EN,
    (NotificationEvent.LINK_REFRESHED, "de"): _REFRESHED_DE,
    (NotificationEvent.PARTICIPANT_ADDED, "en"): _ADDED_EN,
    (NotificationEvent.PARTICIPANT_ADDED, "de"): _ADDED_DE,
}
# The answer of an agent after access has ended: a link would open nothing.
CLOSED: dict[str, str] = {"en": _CLOSED_EN, "de": _CLOSED_DE}
SUBJECT = "<OTOBO_TICKET_Title>"
