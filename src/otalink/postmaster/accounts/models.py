"""A mail account that mail is fetched from: where it is, what becomes of filed mail, and how fetching goes."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from otalink.sysconfig import named
from otalink.sysconfig.named import Kind

DEFAULT_PORTS = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("pop3", "tls"): 995,
    ("pop3", "starttls"): 110,
    ("pop3", "none"): 110,
}


class Protocol(models.TextChoices):
    """How the mailbox is read."""

    IMAP = "imap", "IMAP"
    POP3 = "pop3", "POP3"


class Security(models.TextChoices):
    """How the connection is protected."""

    TLS = "tls", "TLS from the start"
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", "none: password and mail can be read on the way"


class Authentication(models.TextChoices):
    """How we sign in."""

    PASSWORD = "password", "password"
    OAUTH2 = "oauth2", "OAuth2 (Microsoft 365, Google)"


class AfterFiling(models.TextChoices):
    """What becomes of a mail in the mailbox once it is filed."""

    __empty__ = "what loses nothing: IMAP moves it, POP3 leaves it"

    MOVE = "move", "move it to another folder (IMAP)"
    LEAVE = "leave", "leave it there, and remember that it is filed (POP3)"
    DELETE = "delete", "delete it"


class Existing(models.TextChoices):
    """What becomes of the mail that is in the mailbox already when it is connected."""

    LEAVE = "leave", "leave it alone: only what comes from now on is filed"
    QUIETLY = "quietly", "file it, and mail nobody about it"
    NEW = "new", "treat it as new mail, and answer it"


# Where filed mail goes when nobody says.
FILED = "Filed"


class MailAccount(models.Model):
    """`secrets` is encrypted; read and write it with `accounts`. `failures` counts since fetching last worked.

    `connected` is when the mailbox was first seen; below `uid_next`, as of `uid_validity`, its mail was there already
    (IMAP; for POP3 that stands in `RememberedMail`). Both are empty where nothing counts as having been there.

    The process that fetches holds the lease: `lease_owner` names it, and until `lease_until` nobody else fetches.
    """

    name = models.CharField(max_length=100, unique=True)
    protocol = models.CharField(max_length=4, choices=Protocol.choices, default=Protocol.IMAP)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(null=True, blank=True, help_text="empty: the usual one, such as 993")
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=255)
    authentication = models.CharField(max_length=8, choices=Authentication.choices, default=Authentication.PASSWORD)
    secrets = models.TextField(blank=True, editable=False)
    token_url = models.URLField(
        "token URL",
        max_length=500,
        blank=True,
        help_text="OAuth2: https://login.microsoftonline.com/TENANT/oauth2/v2.0/token or "
        "https://oauth2.googleapis.com/token",
    )
    client_id = models.CharField("client ID", max_length=255, blank=True, help_text="OAuth2: the application's")
    scope = models.CharField(
        max_length=500, blank=True, help_text="OAuth2: such as https://outlook.office365.com/.default; Google: empty"
    )
    folder = models.CharField(max_length=255, default="INBOX", help_text="IMAP: where new mail lies")
    after = models.CharField("after filing", max_length=6, choices=AfterFiling.choices, default="", blank=True)
    existing = models.CharField(
        "mail that is there already", max_length=7, choices=Existing.choices, default=Existing.LEAVE
    )
    move_to = models.CharField(max_length=255, blank=True, help_text="folder for filed mail; made if it is missing")
    trusted = models.BooleanField(
        default=False, help_text="believe X-OTOBO-* headers; only where nobody outside can write to the mailbox"
    )
    queue = models.CharField(max_length=200, blank=True, help_text="for new tickets; empty: by recipient address")
    enabled = models.BooleanField(default=True)
    last_success = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.TextField(blank=True, editable=False)
    next_try = models.DateTimeField(null=True, blank=True, editable=False)
    connected = models.DateTimeField(null=True, blank=True, editable=False)
    uid_validity = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    uid_next = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    lease_owner = models.CharField(max_length=100, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        app_label = "postmaster"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def port_in_use(self) -> int:
        """The port, or the usual one."""
        return self.port or DEFAULT_PORTS[self.protocol, self.security]

    @property
    def state(self) -> str:
        """How fetching goes, in a word or two."""
        if not self.enabled:
            return "disabled"
        if self.failing_since:
            return "failing"
        return "working" if self.last_success else "not fetched yet"

    def clean(self) -> None:
        """Check what belongs together.

        Raises:
            ValidationError
        """
        self._choose_what_loses_nothing()
        problems = self._problems_of_filing() | _unknown_queue(self.queue)
        if self.authentication == Authentication.OAUTH2:
            problems |= {name: "OAuth2 needs it" for name in ("token_url", "client_id") if not getattr(self, name)}
        if self.token_url and not self.token_url.startswith("https://"):
            problems["token_url"] = "an https:// URL is needed"  # noqa: S105 - no password
        if any(ord(letter) < 32 for letter in self.host + self.user + self.folder + self.move_to):
            problems["host"] = "no control characters in host, user and folders"
        if problems:
            raise ValidationError(problems)

    def _choose_what_loses_nothing(self) -> None:
        if not self.after and self.protocol == Protocol.POP3:
            self.after = AfterFiling.LEAVE
        elif not self.after:
            self.after, self.move_to = AfterFiling.MOVE, self.move_to or FILED

    def _problems_of_filing(self) -> dict[str, str]:
        moves = self.after == AfterFiling.MOVE
        if moves and self.protocol == Protocol.POP3:
            return {"after": "POP3 has no folders: mail can only be left or deleted"}
        if self.after == AfterFiling.LEAVE and self.protocol == Protocol.IMAP:
            return {"after": "over IMAP filed mail is moved or deleted"}
        if moves and not self.move_to:
            return {"move_to": "name the folder that filed mail goes to"}
        if moves and self.move_to == self.folder:
            return {"move_to": "filed mail must go to another folder than the one that is read"}
        return {}


def _unknown_queue(name: str) -> dict[str, str]:
    problem = named.problem(Kind.QUEUE, name) if name else ""
    return {"queue": problem} if problem else {}
