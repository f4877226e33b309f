"""IMAP, on a real Dovecot: folders, marks, moving where nothing can be moved, and announced mail."""

from __future__ import annotations

import imaplib
import time
from typing import Any

import pytest

from otalink.minidesk.models import Article
from otalink.postmaster.accounts import manage
from otalink.postmaster.accounts.mailbox import open_mailbox
from otalink.postmaster.models import MailAccount
from tests.postmaster.accounts.support import problem_of, visit_once
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.dovecot import hasty_proxy

pytestmark = pytest.mark.django_db(transaction=True)


def _know_neither_move_nor_uidplus(monkeypatch: pytest.MonkeyPatch) -> None:
    import imaplib

    ask = imaplib.IMAP4.capability
    monkeypatch.setattr(imaplib.IMAP4, "capability", lambda self: (ask(self)[0], [b"IMAP4REV1"]))


def test_filed_mail_moves_to_a_folder_that_is_made(box: Box) -> None:
    raw = mail("moved")
    box.put(raw)
    assert visit_once(box.account(after="move", move_to="Erledigt/Grüße")).error == ""
    assert box.mails() == []
    assert box.mails("Erledigt/Gr&APwA3w-e") == [raw]


@pytest.mark.parametrize("after", ["move", "delete"])
def test_it_works_with_servers_that_know_neither_move_nor_uidplus(
    box: Box, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _know_neither_move_nor_uidplus(monkeypatch)
    box.put(mail("old server"), mail("second"))
    assert visit_once(box.account(after=after, move_to="Done")).error == ""
    assert (box.mails(), len(box.mails("Done"))) == ([], 2 if after == "move" else 0)
    assert texts() == ["old server", "second"]


def test_another_folder_is_read(box: Box) -> None:
    with box.server.client(box.user) as client:
        client.create("Help")
    box.put(mail("not this"))
    box.server.put(box.user, mail("this"), folder="Help")
    visit_once(box.account(folder="Help"))
    assert texts() == ["this"]
    assert len(box.mails()) == 1


def test_what_somebody_else_marked_as_deleted_is_left_alone(box: Box) -> None:
    box.put(mail("marked"), mail("new"))
    with box.server.client(box.user) as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
    visit_once(box.account())
    assert texts() == ["new"]
    assert len(box.mails()) == 1


def test_what_we_marked_as_deleted_before_we_were_ended_is_deleted_by_the_next_visit(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(mail("filed"), mail("of somebody"))
    with box.server.client(box.user) as client:
        client.select("INBOX")
        client.store("2", "+FLAGS", r"(\Deleted)")
    account, ask = box.account(), imaplib.IMAP4.uid

    def ended(client: imaplib.IMAP4, command: str, *arguments: str) -> Any:
        if command == "EXPUNGE":
            raise client.abort("the process ends here")
        return ask(client, command, *arguments)

    with monkeypatch.context() as ending:
        ending.setattr(imaplib.IMAP4, "uid", ended)
        assert "the process ends here" in visit_once(account).error
    assert len(box.mails()) == 2
    assert visit_once(account).outcomes == {}
    assert [b"of somebody" in raw for raw in box.mails()] == [True]
    assert texts() == ["filed"]


def test_a_mailbox_that_numbers_its_mails_anew_costs_and_doubles_nothing(box: Box) -> None:
    account = box.account(folder="Work", after="move", move_to="Done")
    for text in ("before", "after"):
        with box.server.client(box.user) as client:
            client.delete("Work")
            client.create("Work")
        box.server.put(box.user, mail(text), mail(text), folder="Work")
        assert visit_once(account).error == ""
    assert texts() == ["before", "before", "after", "after"]


def test_in_a_full_mailbox_all_is_filed_once_though_nothing_can_be_moved(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With MOVE nothing grows, and Dovecot allows it; COPY is what servers without it are asked for.
    _know_neither_move_nor_uidplus(monkeypatch)
    full, sent = Box(box.server, box.server.new_user(small=True)), [f"mail {number}" for number in range(30)]
    full.put(*(mail(text, f"X-Filler: {'x' * 700}") for text in sent))
    account = full.account(after="move", move_to="Archive")
    for outcome in ("new ticket", "duplicate"):
        result = visit_once(account)
        assert result.outcomes == {outcome: 30}
        assert f"the mailbox of {full.user} is full" in result.error
        assert MailAccount.objects.get().state == "failing"
    assert (texts(), len(full.mails())) == (sent, 30)
    assert visit_once(full.account(name="deleting")).outcomes == {"duplicate": 30}
    assert full.mails() == []
    assert Article.objects.count() == 30


def test_a_full_mailbox_whose_server_can_move_is_emptied(box: Box) -> None:
    full = Box(box.server, box.server.new_user(small=True))
    full.put(mail("x" * 12_000), mail("y" * 12_000))
    assert visit_once(full.account(after="move", move_to="Archive")).error == ""
    assert (full.mails(), len(full.mails("Archive"))) == ([], 2)


def test_mail_that_is_announced_before_we_wait_is_noticed(box: Box) -> None:
    with hasty_proxy(box.server.imap) as port, open_mailbox(box.account(port=port)) as mailbox:
        began = time.monotonic()
        mailbox.wait(20, lambda: True)
        assert time.monotonic() - began < 5
        assert mailbox.waiting() == []


def test_mail_that_is_announced_while_mail_is_put_away_is_not_waited_for(box: Box) -> None:
    def never() -> bool:
        raise AssertionError("it waits for mail that was announced already")

    box.put(mail("first"))
    with open_mailbox(box.account()) as mailbox:
        (first,) = mailbox.waiting()
        box.put(mail("second"))
        mailbox.settle([first.key])
        mailbox.wait(20, never)
        (second,) = mailbox.waiting()
        assert second.key != first.key


def test_a_missing_folder_is_told_with_those_that_are_there(box: Box) -> None:
    with box.server.client(box.user) as client:
        client.create("Help")
    problem = problem_of(box.account(folder="Hlep"))
    assert f"has no folder 'Hlep' for {box.user}; it has Help, INBOX" in problem


def test_a_password_of_any_script_signs_in(box: Box) -> None:
    account = box.account()
    manage.change_secrets(account, password="Pässwörd-密")
    assert "check user and password" in problem_of(manage.find(account.name))
