"""What each command answers, refuses and changes; `test_processes.py` runs them as processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.postmaster.filters.support import STUBBORN, fails_on_stubborn_mail
from tests.support.command import MAIL, Terminal

ANN = "ann@customer.example"


@pytest.fixture
def otalink(
    db: None, data_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """Commands on an empty database and data folder."""
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def number(otalink: Terminal) -> str:
    """A ticket of Ann's."""
    return otalink.file_mail()


def test_postmaster_read_files_a_mail_from_standard_input(otalink: Terminal) -> None:
    answer = otalink.json("postmaster", "read", stdin=MAIL.format(subject="Read"))
    assert set(answer) == {"outcome", "ticket", "customer_user", "reason"}
    assert answer["outcome"] == "new ticket"
    assert answer["customer_user"] == ANN
    assert otalink.json("ticket", "show", answer["ticket"])["title"] == "Read"


def test_postmaster_read_answers_with_a_list_for_several_files(otalink: Terminal, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text(MAIL.format(subject="One"))
    (tmp_path / "2.eml").write_text(MAIL.format(subject="Two"))
    answers = otalink.json("postmaster", "read", str(tmp_path / "1.eml"), str(tmp_path / "2.eml"))
    assert [answer["outcome"] for answer in answers] == ["new ticket", "new ticket"]


def test_postmaster_read_of_a_missing_file_files_nothing(otalink: Terminal) -> None:
    assert "/nonexistent" in otalink.refused("postmaster", "read", "/nonexistent")


@pytest.mark.parametrize("flags", [[], ["--untrusted"]])
def test_postmaster_read_honours_our_headers_unless_told_not_to(otalink: Terminal, flags: list[str]) -> None:
    mail = f"X-OTOBO-Title: Chosen\n{MAIL.format(subject=f'Given{len(flags)}')}"
    number = otalink.json("postmaster", "read", *flags, stdin=mail)["ticket"]
    assert otalink.json("ticket", "show", number)["title"] == (f"Given{len(flags)}" if flags else "Chosen")


def test_quarantine_keeps_shows_replays_and_deletes_what_cannot_be_filed(otalink: Terminal) -> None:
    fails_on_stubborn_mail()
    mail = MAIL.format(subject=STUBBORN)
    assert otalink.json("postmaster", "read", stdin=mail)["outcome"] == "quarantined"
    (item,) = otalink.json("quarantine", "list")
    assert "The printer is on fire." in otalink.json("quarantine", "show", item["id"])["mail"]
    assert otalink("quarantine", "replay", item["id"]).code == 1
    assert otalink.json("quarantine", "delete", item["id"])["deleted"] is True
    assert otalink.json("quarantine", "list") == []
    assert item["id"] in otalink.refused("quarantine", "show", item["id"])


def test_customer_show_and_list_know_who_wrote(otalink: Terminal, number: str) -> None:
    shown = otalink.json("customer", "show", ANN)
    assert (shown["first_name"], shown["last_name"], shown["backend"]) == ("Ann", "Lee", "CustomerUser")
    assert (shown["addresses"], shown["provisional"]) == ([], True)
    (row,) = otalink.json("customer", "list")
    assert row.items() <= shown.items()
    assert ANN in otalink("customer", "list").out


def test_customer_disable_keeps_them_out_and_enable_lets_them_in(otalink: Terminal, number: str) -> None:
    assert otalink.json("customer", "disable", ANN)["valid"] is False
    assert "may not enter" in otalink.refused("token", "issue", number)
    assert otalink.json("customer", "enable", ANN)["valid"] is True
    assert otalink.json("token", "issue", number)["customer_user"] == ANN


def test_customer_delete_forgets_them_and_keeps_the_ticket(otalink: Terminal) -> None:
    mail = MAIL.format(subject="Gone").replace(ANN, "gone@customer.example")
    number = otalink.json("postmaster", "read", stdin=mail)["ticket"]
    assert otalink.json("customer", "delete", "gone@customer.example") == {"deleted": "gone@customer.example"}
    assert "no customer user" in otalink.refused("customer", "show", "gone@customer.example")
    assert otalink.json("ticket", "show", number)["customer_user"] == "gone@customer.example"


def test_customer_set_password_reads_it_from_standard_input(otalink: Terminal, number: str) -> None:
    assert otalink.json("customer", "set-password", ANN, stdin="correct horse\n")["has_password"] is True
    assert "8 characters" in otalink.refused("customer", "set-password", ANN, stdin="short\n")
    assert otalink.json("customer", "set-password", ANN, stdin="\n")["has_password"] is False


@pytest.mark.parametrize("word", ["show", "disable", "enable", "delete", "set-password"])
def test_an_unknown_customer_user_is_told(otalink: Terminal, word: str) -> None:
    assert "nobody@x.example" in otalink.refused("customer", word, "nobody@x.example", stdin="correct horse\n")


def test_ticket_show_has_articles_and_history(otalink: Terminal, number: str) -> None:
    shown = otalink.json("ticket", "show", number)
    assert (shown["queue"], shown["customer_user"], shown["articles"][0]["text"].strip()) == (
        "Support",
        ANN,
        "The printer is on fire.",
    )
    assert shown["history"][0]["type"] == "NewTicket"
    assert "The printer is on fire." in otalink("ticket", "show", number).out


def test_ticket_close_backdates_and_reopen_opens_again(otalink: Terminal) -> None:
    number = otalink.file_mail("Close")
    closed = otalink.json("ticket", "close", number, "--at", "2025-01-31T12:00")
    assert (closed["state"], closed["closed"]) == ("closed successful", "2025-01-31T12:00:00+00:00")
    assert "may not enter" in otalink.refused("token", "issue", number)
    reopened = otalink.json("ticket", "reopen", number)
    assert (reopened["state"], reopened["closed"]) == ("open", None)


def test_ticket_reply_is_an_agents_visible_article(otalink: Terminal) -> None:
    number = otalink.file_mail("CommandResult")
    assert otalink.json("ticket", "reply", number, "--body", "Pour water on it.")["state"] == "open"
    article = otalink.json("ticket", "show", number)["articles"][-1]
    assert (article["sender_type"], article["visible_for_customer"]) == ("agent", True)
    assert article["text"] == "Pour water on it."
    assert "empty" in otalink.refused("ticket", "reply", number, "--body", " ")


def test_ticket_list_begins_with_the_last_changed_and_can_be_limited(otalink: Terminal) -> None:
    number = otalink.file_mail("Newest")
    assert [ticket["number"] for ticket in otalink.json("ticket", "list", "--limit", "1")] == [number]


@pytest.mark.parametrize("words", [["show"], ["close"], ["reopen"], ["reply", "--body", "x"]], ids=" ".join)
def test_an_unknown_ticket_is_told(otalink: Terminal, words: list[str]) -> None:
    assert "no ticket '4711'" in otalink.refused("ticket", words[0], "4711", *words[1:])


def test_token_issue_prints_a_link_and_list_never_shows_it(otalink: Terminal, number: str) -> None:
    issued = otalink.json("token", "issue", number)
    assert set(issued) == {"url", "ticket", "customer_user"}
    secret = issued["url"].rpartition("/l/")[2]
    assert len(secret) == 43
    listed = otalink("token", "list", number, "--json")
    assert json.loads(listed.out)[0]["state"] == "active"
    assert secret not in listed.out + listed.err


def test_token_issue_for_somebody_else_and_revoke_of_theirs_alone(otalink: Terminal, number: str) -> None:
    otalink.json("postmaster", "read", stdin=MAIL.format(subject="Bob").replace(ANN, "bob@customer.example"))
    otalink.json("token", "issue", number)
    assert otalink.json("token", "issue", number, "--customer", "bob@customer.example")["ticket"] == number
    assert otalink.json("token", "revoke", number, "--customer", "bob@customer.example") == {"revoked": 1}
    states = {row["customer_user"]: row["state"] for row in reversed(otalink.json("token", "list", number))}
    assert states == {ANN: "active", "bob@customer.example": "revoked"}
    assert otalink.json("token", "revoke", number)["revoked"] >= 1


@pytest.mark.parametrize("word", ["issue", "list", "revoke"])
def test_a_token_of_an_unknown_ticket_is_told(otalink: Terminal, word: str) -> None:
    assert "no ticket '4711'" in otalink.refused("token", word, "4711")


def test_a_link_for_an_unknown_customer_user_is_not_made(otalink: Terminal, number: str) -> None:
    assert "may not enter" in otalink.refused("token", "issue", number, "--customer", "nobody@x.example")


def test_maintenance_run_deletes_tokens_and_says_how_many(otalink: Terminal) -> None:
    number = otalink.file_mail("Expired")
    otalink.json("token", "issue", number)
    otalink.json("ticket", "close", number, "--at", "2025-01-31T12:00")
    assert otalink.json("maintenance", "run", "DeleteExpiredOTATokens") == {"deleted": 1}
    assert otalink.json("token", "list", number) == []


def test_maintenance_list_names_the_tasks(otalink: Terminal) -> None:
    schedules = {task["name"]: task["schedule"] for task in otalink.json("maintenance", "list")}
    assert schedules["DeleteExpiredOTATokens"] == "0 4 * * *"
    assert schedules["DeleteUnusedCustomerUsers"] == "30 4 * * *"
    assert "Nonsense" in otalink.refused("maintenance", "run", "Nonsense")


def test_participants_and_further_addresses_come_and_go_by_command(otalink: Terminal, number: str) -> None:
    bob = "bob@partner.example"
    assert otalink.json("ticket", "participant", "add", number, "Bob@Partner.example")["customer_user"] == bob
    assert [row["customer_user"] for row in otalink.json("ticket", "participant", "list", number)] == [bob]
    assert otalink.json("ticket", "participant", "remove", number, bob)["customer_user"] == bob
    assert "takes no part" in otalink.refused("ticket", "participant", "remove", number, bob)
    assert otalink.json("customer", "address", "add", bob, "bob@home.example")["addresses"] == ["bob@home.example"]
    assert "address of" in otalink.refused("customer", "address", "add", ANN, "bob@home.example")
    assert otalink.json("customer", "merge", bob, ANN)["moved"]["tickets"] == 0
    assert set(otalink.json("customer", "show", bob)["addresses"]) == {bob, "bob@home.example"}
    assert "nobody waits" in otalink.refused("customer", "admit", number)
