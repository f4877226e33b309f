"""What stands below `/desk/` where agents work in another system: signing in for `/admin`, and that they do."""

from __future__ import annotations

from django.urls import path

from otalink.agents import elsewhere, sign_in

app_name = "desk"

urlpatterns = [
    path("", elsewhere.page, name="tickets"),
    path("tickets/<slug:number>", elsewhere.page, name="ticket"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
]
