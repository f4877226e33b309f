"""The URLs of the agents' pages, below `/desk/`."""

from __future__ import annotations

from django.urls import path

from otalink.agents import sign_in
from otalink.desk_pages import actions, mails, people, tickets

app_name = "desk"

urlpatterns = [
    path("", tickets.tickets, name="tickets"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("tickets/<slug:number>", tickets.ticket, name="ticket"),
    path("tickets/<slug:number>/reply", actions.reply, name="reply"),
    path("tickets/<slug:number>/change", actions.change, name="change"),
    path("tickets/<slug:number>/articles/<int:article_id>/original", tickets.original, name="original"),
    path("tickets/<slug:number>/articles/<int:article_id>/show", actions.show_follow_up, name="show-follow-up"),
    path("tickets/<slug:number>/mails/<int:mail_id>/again", mails.again, name="mail-again"),
    path("tickets/<slug:number>/mails/<int:mail_id>/drop", mails.drop, name="mail-drop"),
    path("tickets/<slug:number>/admit", people.admit, name="admit"),
    path("tickets/<slug:number>/participants/add", people.add, name="participant-add"),
    path("tickets/<slug:number>/participants/remove", people.remove, name="participant-remove"),
    path("tickets/<slug:number>/attachments/<int:attachment_id>", tickets.attachment, name="attachment"),
]
