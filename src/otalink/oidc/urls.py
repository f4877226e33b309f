"""The URLs of the OpenID provider."""

from __future__ import annotations

from django.urls import path

from otalink.oidc.gate import from_elsewhere, page

urlpatterns = [
    path(".well-known/openid-configuration", from_elsewhere("discovery.configuration"), name="oidc-configuration"),
    path("jwks", from_elsewhere("discovery.jwks"), name="oidc-jwks"),
    path("authorize", from_elsewhere("authorize.authorize"), name="oidc-authorize"),
    path("sign-in", page("sign_in.sign_in"), name="oidc-sign-in"),
    path("token", from_elsewhere("tokens.token"), name="oidc-token"),
    path("userinfo", from_elsewhere("tokens.userinfo"), name="oidc-userinfo"),
    path("end-session", from_elsewhere("end_session.end_session"), name="oidc-end-session"),
    path("sign-out", page("end_session.sign_out"), name="oidc-sign-out"),
]
