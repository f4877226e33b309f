"""`otalink demo`: the whole way of a mail and of a link, shown with the real product."""

from __future__ import annotations

import sys
import textwrap
import threading
from email.message import EmailMessage
from email.utils import make_msgid

from otalink.cli.demo.product import Letter, Product, product
from otalink.cli.demo.visitor import Visitor
from otalink.cli.failures import CommandFailed
from otalink.cli.output import say

SENDER, SENDER_NAME = "kim@example.com", "Kim Sample"
QUESTION = """Hello,

the coffee machine we bought from you in March says E7 and brews no more.
Is that something we can repair ourselves?

Kind regards
Kim Sample
"""
REPLY = """Hello Kim,

E7 is the descaling alarm: hold both buttons for five seconds, then run the
descaling programme once. If it comes back, we collect the machine.
"""


def demo(once: bool) -> None:
    """Tell the story; then serve until Ctrl+C, or with `once` open the link too and end.

    Raises:
        CommandFailed: something on the way did not happen.
    """
    _title("otalink: a mail comes in, its sender gets in by one-time link")
    say("Starting the product in a throw-away folder ...")
    with product() as running:
        number = _mail_comes_in(running)
        link = _answers_go_out(running, number)
        if once:
            _link_opens_once(running, number, link)
        else:
            _serve(running, link)
    say("\nThe demo is over; its folder is gone.")


def _mail_comes_in(running: Product) -> str:
    running.deliver(_mail())
    _step(1, f"A mail from {SENDER_NAME} <{SENDER}> comes in over LMTP. Nobody here knows that address.")
    _quote(QUESTION)
    (ticket,) = running.command("ticket", "list")
    customer = running.command("customer", "show", SENDER)
    _step(2, "The sender becomes a customer user, the mail a ticket.")
    _fact("customer user", f"{customer['login']} ({customer['first_name']} {customer['last_name']})")
    _fact("ticket", f"{ticket['number']} \u201c{ticket['title']}\u201d in queue {ticket['queue']}")
    return str(ticket["number"])


def _answers_go_out(running: Product, number: str) -> str:
    first = running.next_letter()
    _step(
        3,
        "The answer goes out with that person's own one-time link. Nothing proves yet that the address is theirs, "
        "so it repeats no word of the mail.",
    )
    _show(first)
    running.command("ticket", "reply", number, "--body", REPLY)
    second = running.next_letter()
    _step(4, "An agent replies. That mail carries a newer link, which replaces the first.")
    _show(second)
    if not first.link or not second.link or first.link == second.link:
        raise CommandFailed("the mails carry no link of their own")
    return second.link


def _link_opens_once(running: Product, number: str, link: str) -> None:
    visitor = Visitor()
    page = visitor.open(link)
    visitor.open(link)
    ticket = visitor.press(page)
    _expect(ticket.url.endswith(f"/tickets/{number}") and "E7" in ticket.text, "the link did not open its ticket")
    _step(5, "Opening the link, however often, changes nothing. Its one button signs in, to the ticket:")
    _fact("link", link)
    _fact("ticket page", ticket.url)
    stranger = Visitor()
    refused = stranger.press(stranger.open(link))
    _expect("/tickets/" not in refused.url, "the link let somebody in twice")
    _step(6, "Somebody else with the same link stays outside:")
    _quote(refused.text)
    fresh = running.next_letter()
    _expect(fresh.link not in ("", link), "no fresh link came by mail")
    _step(7, "Only the mailbox it belongs to gets a fresh link. Its reader is known by now, and called by name.")
    _show(fresh)


def _serve(running: Product, link: str) -> None:
    _step(5, "Now it is your turn: open the customer's link.")
    _fact("link", link)
    _fact("agents", f"{running.base_url}/desk/")
    for line in (running.data / "demo.out").read_text(encoding="utf-8").splitlines():
        if "password" in line:
            _fact("", line)
    _fact("outgoing mail", str(running.data / "outgoing"))
    say("\nCtrl+C ends the demo.")
    try:
        while running.process.poll() is None:
            threading.Event().wait(0.5)
    except KeyboardInterrupt:
        return
    raise CommandFailed("the product ended by itself")


def _mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{SENDER_NAME} <{SENDER}>"
    message["To"] = "support@localhost"
    message["Subject"] = "The coffee machine says E7"
    message["Message-ID"] = make_msgid(domain="example.com")
    message.set_content(QUESTION)
    return message


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CommandFailed(otherwise)


def _title(text: str) -> None:
    say(f"\n{_bold(text)}\n")


def _step(number: int, text: str) -> None:
    say("\n" + textwrap.fill(f"{_bold(str(number))}. {text}", 96, subsequent_indent="   ", break_on_hyphens=False))


def _fact(name: str, value: str) -> None:
    say(f"   {name:<14} {value}")


def _quote(text: str) -> None:
    say(textwrap.indent("\n".join(_wrapped(text)), "   | ", lambda _: True))


def _wrapped(text: str) -> list[str]:
    lines = text.strip().splitlines()
    return [part for line in lines for part in textwrap.wrap(line, 88, break_long_words=False) or [""]]


def _show(letter: Letter) -> None:
    _fact("to", letter.to)
    _fact("subject", letter.subject)
    _quote(letter.text)


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text
