"""The built-in mail texts; a `Notification` record replaces one.

The wording fits with and without a one-time token in the link, since customer users with a password get none: the
paragraphs with the code and "this was not me" are left out then.
"""

from __future__ import annotations

from otalink.common.languages import translatable, translated
from otalink.notifications import tags
from otalink.notifications.models import NotificationEvent

SUBJECT = "<OTOBO_TICKET_Title>"
BUTTON = translatable("Open your ticket")
NO_SUBJECT = translatable("Your ticket")
_NEUTRAL_SUBJECTS = {
    NotificationEvent.TICKET_CREATED: translatable("We have your message"),
    NotificationEvent.AGENT_REPLIED: translatable("There is an answer to your message"),
    NotificationEvent.LINK_REFRESHED: translatable("Your new link"),
    NotificationEvent.PARTICIPANT_ADDED: translatable("You now take part in a request"),
}
NOT_ME = translatable("This was not me")

# Every text with a link has these; one of an operator's that has not gets them at its end.
CODE_PARAGRAPH = translatable("""\
On another device, or when the page asks for it, type this code:
<OTOBO_OTACustomerTicketCode>
""")
NOT_ME_PARAGRAPH = translatable("""\
Did somebody else open your ticket, or ask for this mail? Tell us here:
<OTOBO_OTACustomerNotMeLink>
""")
FILES_IN_TICKET = translatable("Files of this answer, kept with your ticket:")

_CREATED = translatable("""\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

thank you for writing to us. Your message has arrived, and we will get back to you as soon as we can.

You can follow your ticket here, and add to it at any time:

<OTOBO_OTACustomerTicketLink>

This link is meant for you alone, so please keep it to yourself. You can also simply reply to this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
""")

_REPLIED = translatable("""\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

there is an answer in your ticket:

<OTOBO_AGENT_BODY>

You can read the whole conversation and write back here:

<OTOBO_OTACustomerTicketLink>

This link is meant for you alone, so please keep it to yourself. You can also simply reply to this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
""")

_CLOSED = translatable("""\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

there is an answer in your ticket:

<OTOBO_AGENT_BODY>

The ticket is closed, and its page can no longer be opened. If there is anything else, simply reply to this mail: that \
opens it again.

Kind regards
<OTOBO_TICKET_QueueSenderName>
""")

_REFRESHED = translatable("""\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

here is your new link to your ticket “<OTOBO_TICKET_Title>”:

<OTOBO_OTACustomerTicketLink>

It is meant for you alone, so please keep it to yourself. You did not ask for it? Then you can ignore this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
""")

_ADDED = translatable("""\
Hello <OTOBO_CUSTOMER_DATA_UserFirstname>,

you now take part in the request “<OTOBO_TICKET_Title>”. You can read it, and write to us about it, here:

<OTOBO_OTACustomerTicketLink>

This link is meant for you alone, so please keep it to yourself. You can also simply reply to this mail.

Kind regards
<OTOBO_TICKET_QueueSenderName>
""")

_TEXTS = {
    NotificationEvent.TICKET_CREATED: _CREATED,
    NotificationEvent.AGENT_REPLIED: _REPLIED,
    NotificationEvent.LINK_REFRESHED: _REFRESHED,
    NotificationEvent.PARTICIPANT_ADDED: _ADDED,
}


def neutral_subject(event: NotificationEvent, language: str) -> str:
    """What a mail to an address that is not proven has for a subject, instead of a title that a stranger chose."""
    return translated(_NEUTRAL_SUBJECTS[event], language)


def built_in(event: NotificationEvent, language: str, *, is_closed: bool = False) -> str:
    """The text for an event in a language, its tags not yet replaced.

    `is_closed` says that access to the ticket has ended, so that a link would open nothing.
    """
    if is_closed:
        return translated(_CLOSED, language)
    text, link = translated(_TEXTS[event], language), f"<{tags.LINK}>\n\n"
    text = text.replace(link, f"{link}{translated(CODE_PARAGRAPH, language)}\n", 1)
    return f"{text}\n{translated(NOT_ME_PARAGRAPH, language)}"
