"""A pre-filter from a package that somebody else wrote: docs/howto/write-a-filter.md, word by word.

Its package is installed and used, and each value of its tables is returned by a filter, where the page tells to put it.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from otalink.customers import admission, directory, pending
from otalink.minidesk.models import Article, History, Queue, Ticket
from otalink.notifications.feed import feed
from otalink.notifications.models import AutoReplyContent
from otalink.postmaster import quarantine
from otalink.postmaster.intake import Outcome, Result, run
from otalink.postmaster.sources.archives import import_archive
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import returning
from tests.support import make
from tests.support.command import MAIL, Otalink

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "howto" / "write-a-filter.md").read_text(encoding="utf-8")
NAME = "PostMaster::PreFilterModule###500-Vip"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the page's package is installed in."""
    package, target = tmp_path_factory.mktemp("otalink-vip"), tmp_path_factory.mktemp("installed")
    source = package / "src" / "otalink_vip"
    source.mkdir(parents=True)
    (package / "pyproject.toml").write_text(block("toml"))
    (source / "__init__.py").write_text(block("python"))
    uv = str(ROOT / "scripts" / "uv")
    command = [uv, "pip", "install", "--no-deps", "--target", str(target), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return target


def test_the_filter_on_the_page_is_as_short_as_promised() -> None:
    assert len(block("python").strip().splitlines()) <= 20


@pytest.mark.processes
def test_it_is_offered_set_with_its_own_checks_and_acts(installed: Path, tmp_path: Path) -> None:
    otalink = Otalink(tmp_path, {"PYTHONPATH": str(installed)})
    refused = otalink("sysconfig", "set", NAME, '{"Module": "Vip", "Colour": "red"}')
    assert (refused.code, "Domain, Queue" in refused.err) == (1, True)
    words = re.search(r"sysconfig set '([^']+)' '([^']+)'", block("sh"))
    assert words
    assert otalink("sysconfig", "set", *words.groups()).code == 0
    assert otalink.json("sysconfig", "get", NAME) == {
        "Module": "Vip",
        "Domain": "customer.example",
        "Queue": "Support",
    }
    assert "Queue: there is no queue 'Nowhere'" in otalink.refused("sysconfig", "set", NAME, '{"Queue": "Nowhere"}')
    other = MAIL.format(subject="Other").replace("customer.example>\nTo", "other.example>\nTo")
    assert otalink.json("postmaster", "read", stdin=other)["outcome"] == "new ticket"


@pytest.mark.processes
def test_without_its_package_mail_waits_in_quarantine_until_it_is_back(installed: Path, tmp_path: Path) -> None:
    with_it, without = Otalink(tmp_path, {"PYTHONPATH": str(installed)}), Otalink(tmp_path)
    assert with_it("sysconfig", "set", NAME, '{"Module": "Vip"}').code == 0
    kept = without.json("postmaster", "read", stdin=MAIL.format(subject="Printer"))
    assert (kept["outcome"], "Vip" in kept["reason"]) == ("quarantined", True)
    (item,) = with_it.json("quarantine", "list")
    assert with_it.json("quarantine", "replay", item["id"])["outcome"] == "new ticket"


def said(what: str) -> str:
    """The value in a table of the page whose line says that."""
    (line,) = [line for line in PAGE.splitlines() if line.startswith("| `") and what in line]
    return line.split("`")[1]


def filed(what: str, name: str = "500-Page") -> Result:
    """What becomes of a mail where a filter returns that value."""
    returning(name, said(what))
    return run(mail())


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["goes on to the next filter", "to be filed as that says"])
def test_a_mail_that_goes_on_is_filed_and_answered(what: str) -> None:
    assert filed(what).outcome is Outcome.NEW_TICKET
    assert (len(list(directory.everybody())), feed()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "outcome", "told"),
    [
        ("dropped; its sender hears nothing", Outcome.IGNORED, 0),
        ("refused; its source tells the sender", Outcome.REJECTED, 0),
        ("taken, not filed, and answered", Outcome.AUTO_REPLIED, 1),
    ],
)
def test_what_a_stopped_mail_had_changed_is_undone(what: str, outcome: Outcome, told: int) -> None:
    assert filed(what, "950-Page").outcome is outcome
    assert (list(directory.everybody()), Ticket.objects.count(), feed()) == ([], 0, 0)
    assert AutoReplyContent.objects.count() == told


@pytest.mark.django_db
def test_in_an_archive_nobody_is_answered(tmp_path: Path) -> None:
    returning("500-Page", said("taken, not filed, and answered"))
    (tmp_path / "box").write_bytes(b"From a@x.example Mon Jun  2 10:00:00 2025\n" + mail())
    assert import_archive(tmp_path / "box", trusted=False, report=lambda _: None).outcomes == {"quarantined": 1}
    assert not AutoReplyContent.objects.exists()


@pytest.mark.django_db
def test_a_mail_marked_automatic_is_filed_without_an_answer_and_makes_nobody() -> None:
    result = filed("files the mail without an answer")
    assert (result.outcome, result.reason) == (Outcome.NEW_TICKET, "a robot")
    assert (list(directory.everybody()), feed()) == ([], 0)


@pytest.mark.django_db
def test_the_directives_that_it_names_say_where_a_new_ticket_goes() -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")
    assert Ticket.objects.get(number=filed("where a new ticket goes").ticket).queue.name == "Sales"


@pytest.mark.django_db
def test_an_author_who_is_to_wait_gets_account_and_answer_from_an_agent() -> None:
    number = filed("wait for an agent").ticket
    assert (list(directory.everybody()), feed()) == ([], 0)
    assert pending.waiting([number]) == [number]
    assert admission.admit(number).login == make.ANN
    assert feed() == 1


@pytest.mark.django_db
def test_somebody_known_waits_for_the_answer_alone() -> None:
    known = make.customer()
    number = filed("wait for an agent").ticket
    assert feed() == 0
    assert admission.admit(number) == known
    assert feed() == 1


@pytest.mark.django_db
def test_nobody_is_mailed_where_it_says_so_also_about_a_follow_up() -> None:
    number = filed("mails no customer").ticket
    run(mail(subject=f"[Ticket#{number}]"))
    assert list(History.objects.filter(ticket__number=number).values_list("notify", flat=True)) == [False, False]
    assert directory.find_by_login(make.ANN)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "shown"), [("500-Page", False), ("950-Page", True)])
def test_who_sees_a_follow_up_says_a_filter_behind_the_last_of_ours(name: str, shown: bool) -> None:
    number = run(mail()).ticket
    returning(name, said("shows a follow-up"))
    run(mail("Told", sender="bob@x.example", subject=f"[Ticket#{number}]"))
    assert Article.objects.get(text="Told").visible_for_customer is shown


@pytest.mark.django_db
def test_a_fault_brings_the_mail_into_quarantine_and_what_passes_means_try_later(data_folder: Path) -> None:
    returning("500-Page", "1 / 0")
    assert run(mail()).outcome is Outcome.QUARANTINED
    assert len(quarantine.items()) == 1
    returning("500-Page", '(_ for _ in ()).throw(OSError("away"))')
    assert run(mail()).outcome is Outcome.TRY_LATER
