"""Clients, what they were given, the keys it is signed with, and the trail of it all.

What a client or a browser must show is stored as a digest; a private key is stored encrypted.
"""

from __future__ import annotations

from django.db import models


class SigningAlgorithm(models.TextChoices):
    """How an ID token may be signed: what every client knows, and what is short and fast."""

    RS256 = "RS256"
    EDDSA = "EdDSA"


class Client(models.Model):
    """A client of OpenID, by another name a relying party: a program that lets in whom we vouch for.

    `secret` is a digest, empty for a public client, which cannot keep one and has to prove with PKCE that the code it
    brings was made for it. Redirect URIs match exactly or not at all.
    """

    client_id = models.CharField("client ID", max_length=60, unique=True)
    title = models.CharField(max_length=100)
    secret = models.CharField(max_length=64, blank=True)
    redirect_uris = models.JSONField("redirect URIs", default=list)
    post_logout_redirect_uris = models.JSONField("redirect URIs after signing out", default=list)
    algorithm = models.CharField(max_length=10, choices=SigningAlgorithm.choices, default=SigningAlgorithm.RS256)
    created = models.DateTimeField()

    class Meta:
        verbose_name = "OpenID client"
        verbose_name_plural = "OpenID clients"

    def __str__(self) -> str:
        return self.client_id

    @property
    def is_public(self) -> bool:
        """Whether it has no secret."""
        return not self.secret


class AuthorizationCode(models.Model):
    """A code that one client may turn into tokens once; `code` and `session` are digests.

    `session` is the customer's session that it comes from: a code is worth nothing once that has ended. `redirect_uri`
    is what the request said. `used` is when it was turned into tokens.
    """

    code = models.CharField(max_length=64, unique=True)
    client = models.ForeignKey(Client, models.CASCADE)
    customer_login = models.CharField(max_length=200)
    session = models.CharField(max_length=64)
    redirect_uri = models.TextField()
    scope = models.CharField(max_length=200)
    nonce = models.TextField(blank=True)
    code_challenge = models.CharField(max_length=128, blank=True)
    auth_time = models.DateTimeField()
    created = models.DateTimeField(db_index=True)
    used = models.DateTimeField(null=True)

    class Meta:
        # It concerns the client alone.
        default_permissions = ()

    def get_redirect_uri(self) -> str:
        """What the request said; Authlib asks."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What it opens; Authlib asks."""
        return self.scope


class AccessToken(models.Model):
    """What a client asks with who somebody is; `token` is a digest. It goes with the code it was made for."""

    token = models.CharField(max_length=64, unique=True)
    code = models.ForeignKey(AuthorizationCode, models.CASCADE)
    created = models.DateTimeField()

    class Meta:
        default_permissions = ()


class SignInCode(models.Model):
    """A code that was mailed to a customer user so that they sign in for everything of theirs.

    `browser` is the digest of a secret that the browser which asked for it keeps; `code` is a keyed hash.
    """

    browser = models.CharField(max_length=64, db_index=True)
    customer_login = models.CharField(max_length=200)
    code = models.CharField(max_length=64)
    created = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()


class SigningKey(models.Model):
    """A key that ID tokens are signed with, and its public half that is published.

    It is published from `created` on and signs from `use_from` on: clients keep what is published for a while, and
    refuse what a key they do not know yet has signed.
    """

    kid = models.CharField(max_length=64, primary_key=True)
    algorithm = models.CharField(max_length=10, choices=SigningAlgorithm.choices)
    public = models.JSONField()
    private = models.TextField()
    created = models.DateTimeField()
    use_from = models.DateTimeField()

    class Meta:
        default_permissions = ()


class OpenIDEvent(models.TextChoices):
    """The steps that are worth a line."""

    CODE_MAILED = "code mailed", "sign-in code mailed"
    NOT_MAILED = "not mailed", "sign-in code not mailed"
    WRONG_CODE = "wrong code", "wrong sign-in code"
    SIGNED_IN = "signed in", "signed in for everything"
    AUTHORIZED = "authorized", "authorization code issued"
    EXCHANGED = "exchanged", "authorization code exchanged"
    REFUSED = "refused"
    REUSED = "reused", "authorization code brought again"
    SIGNED_OUT = "signed out"
    CLIENT_ADDED = "client added"
    CLIENT_REMOVED = "client removed"


class OpenIDEntry(models.Model):
    """One step; it outlives the client. `client_ip` is the IP address of the browser, or of the client's server."""

    event = models.CharField(max_length=20, choices=OpenIDEvent.choices)
    client_id = models.CharField("client ID", max_length=60, blank=True)
    customer_login = models.CharField(max_length=200, blank=True)
    client_ip = models.CharField(max_length=45, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name = "OpenID entry"
        verbose_name_plural = "OpenID entries"

    def __str__(self) -> str:
        return f"{self.event}, {self.client_id or self.customer_login}"
