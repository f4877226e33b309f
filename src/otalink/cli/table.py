"""Every command in one table: its words, its handler, its arguments. Handlers are imported only when they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from otalink.cli.parameters import listen_on, listen_on_or_off, past_moment, positive


class Needs(Enum):
    """What must be there before a handler is called."""

    NOTHING = auto()
    DJANGO = auto()
    DATABASE = auto()


@dataclass(frozen=True)
class Argument:
    """What argparse's `add_argument` takes; the handler gets it by its name."""

    names: tuple[str, ...]
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Command:
    """`handler` is `module:function`; it is called with the arguments by name and returns what is printed."""

    words: str
    handler: str
    help: str
    arguments: tuple[Argument, ...] = ()
    needs: Needs = Needs.DATABASE
    objects_as_json: bool = False  # also for people: what they read is what they type
    takes_mail: bool = False  # from a mail server, which keeps only what is to be tried later


def _argument(*names: str, **options: Any) -> Argument:
    return Argument(names, options)


def _option(*names: str, default: Any, help: str, **options: Any) -> Argument:  # noqa: A002
    return Argument(names, {"default": default, "help": f"{help} (default: %(default)s)", **options})


_BIND = _option(
    "--bind", type=listen_on, default="127.0.0.1:8000", metavar="HOST:PORT", help="where the web pages listen"
)
_LMTP = _option(
    "--lmtp", type=listen_on_or_off, default="127.0.0.1:2424", metavar="HOST:PORT", help="where mail comes in; or off"
)
_SMTP = _option(
    "--smtp", type=listen_on_or_off, default="off", metavar="HOST:PORT", help="where mail comes in over SMTP; or off"
)
_LOGIN = _argument("login", metavar="LOGIN")
_NUMBER = _argument("number", metavar="NUMBER", help="ticket number")
_TICKET = _argument("ticket", metavar="TICKET", help="ticket number")
_CUSTOMER = _argument("--customer", metavar="LOGIN", default="", help="the customer user (default: the ticket's own)")
_ADDRESS = _argument("address", metavar="ADDRESS", help="e-mail address")
_ID = _argument("item_id", metavar="ID")
_NAME = _argument("name", metavar="NAME")

_CHOICE = {"default": "", "choices": ["microsoft", "google"]}
_SECRETS = ["password", "client_secret", "refresh_token"]
_ACCOUNT, _AGENTS = "otalink.postmaster.accounts.commands", "otalink.agents.commands"
_CUSTOMERS, _TICKETS, _TOKENS = "otalink.customers.commands", "otalink.desk_pages.commands", "otalink.tokens.commands"
_SYSCONFIG, _MAIL, _POSTMASTER = "otalink.sysconfig.commands", "otalink.cli.intake", "otalink.postmaster.commands"

GROUPS = {
    "postmaster": "take mail in",
    "postmaster account": "mail accounts that mail is fetched from",
    "quarantine": "mail that could not be filed",
    "agent": "who answers customers, and administrates",
    "customer": "customer users, over all backends",
    "customer address": "further addresses of a customer user",
    "ticket": "tickets of the embedded desk",
    "ticket participant": "who else reads and writes in a ticket",
    "token": "one-time links",
    "maintenance": "the cron tasks",
    "sysconfig": "settings by their published names",
}

COMMANDS: tuple[Command, ...] = (
    Command(
        "demo",
        "otalink.cli.demo.story:demo",
        "show the whole way in a throw-away data folder, then serve it until Ctrl+C",
        (_argument("--once", action="store_true", help="open the link too, then end instead of serving"),),
        Needs.NOTHING,
    ),
    Command(
        "run",
        "otalink.cli.server.supervisor:run",
        "web pages, worker, schedules and mail intake together",
        (_BIND, _LMTP, _SMTP),
        Needs.NOTHING,
    ),
    Command(
        "web",
        "otalink.cli.server.supervisor:web",
        "only the web pages",
        (_BIND, _option("--workers", type=positive, default=1, metavar="N", help="processes")),
        Needs.NOTHING,
    ),
    Command("worker", "otalink.cli.server.single:worker", "only the worker that sends mail and runs the schedules"),
    Command(
        "check",
        "otalink.cli.check.installation:check",
        "configuration, database, mail and security; exit 1 with a list of what is wrong",
        needs=Needs.NOTHING,
    ),
    Command(
        "postmaster read",
        f"{_MAIL}:read",
        "file mail from files or standard input; exit 0: safely on disk, 75: try later",
        (
            _argument("--untrusted", action="store_true", help="do not honour X-OTOBO-* headers"),
            _argument("files", nargs="*", type=Path, metavar="FILE"),
        ),
        takes_mail=True,
    ),
    Command(
        "postmaster lmtp",
        "otalink.cli.server.single:lmtp",
        "only the LMTP server",
        (_option("--lmtp", type=listen_on, default="127.0.0.1:2424", metavar="HOST:PORT", help="where mail comes in"),),
    ),
    Command(
        "postmaster import",
        f"{_MAIL}:import_archive",
        "file all old mail of an mbox file or a Maildir and mail nobody; doing it again files nothing twice",
        (
            _argument("--trusted", action="store_true", help="honour X-OTOBO-* headers"),
            _argument(
                "--notify",
                action="store_true",
                help="treat it as if it came now: senders are mailed, and the limits on new customer users hold",
            ),
            _argument("path", type=Path, metavar="PATH"),
        ),
    ),
    Command(
        "postmaster smtp",
        "otalink.cli.server.single:smtp",
        "only the SMTP server, for hosts that know no LMTP",
        (_option("--smtp", type=listen_on, default="127.0.0.1:2525", metavar="HOST:PORT", help="where mail comes in"),),
    ),
    Command(
        "postmaster fetch",
        "otalink.cli.server.single:fetch",
        "only the fetching from mail accounts",
        (_argument("--once", action="store_true", help="fetch what is there and end; exit 1 where an account fails"),),
    ),
    Command("postmaster account list", f"{_ACCOUNT}:list_all", "all accounts, and how fetching goes"),
    Command("postmaster account show", f"{_ACCOUNT}:show", "one account", (_NAME,)),
    Command(
        "postmaster account add",
        f"{_ACCOUNT}:add",
        "a new account; its secret is read from standard input",
        (
            _NAME,
            _argument("--user", required=True, metavar="USER"),
            _argument("--preset", help="fill in what Microsoft 365 or Google needs", **_CHOICE),
            _argument("--tenant", default="", metavar="ID", help="of Microsoft 365"),
            _argument("--host", default="", metavar="HOST"),
            _argument("--port", type=positive, metavar="PORT", help="default: the usual one"),
            _option("--protocol", default="imap", choices=["imap", "pop3"], help="how the mailbox is read"),
            _option("--security", default="tls", choices=["tls", "starttls", "none"], help="of the connection"),
            _option("--secret", default="password", choices=[*_SECRETS, "none"], help="what standard input holds"),
            _argument("--token-url", default="", metavar="URL", help="OAuth2"),
            _argument("--client-id", default="", metavar="ID", help="OAuth2"),
            _argument("--scope", default="", metavar="SCOPE", help="OAuth2"),
            _option("--folder", default="INBOX", metavar="FOLDER", help="where new mail lies"),
            _option("--after", default="delete", choices=["delete", "move"], help="what becomes of filed mail"),
            _argument("--move-to", default="", metavar="FOLDER", help="where filed mail goes"),
            _argument("--queue", default="", metavar="QUEUE", help="for new tickets; default: by recipient address"),
            _argument("--trusted", action="store_true", help="honour X-OTOBO-* headers"),
        ),
    ),
    Command(
        "postmaster account set-secret",
        f"{_ACCOUNT}:set_secret",
        "read another secret from standard input",
        (_NAME, _option("--secret", default="password", choices=_SECRETS, help="which one")),
    ),
    Command("postmaster account test", f"{_ACCOUNT}:test", "connect, sign in, change nothing", (_NAME,)),
    Command("postmaster account authorize", f"{_ACCOUNT}:authorize", "sign in to Microsoft 365 by code", (_NAME,)),
    Command("postmaster account enable", f"{_ACCOUNT}:enable", "fetch from it again", (_NAME,)),
    Command("postmaster account disable", f"{_ACCOUNT}:disable", "fetch from it no more", (_NAME,)),
    Command("postmaster account delete", f"{_ACCOUNT}:delete", "forget it; mail stays where it is", (_NAME,)),
    Command(
        "quarantine list", f"{_POSTMASTER}:quarantine_list", "what lies in quarantine, and why", needs=Needs.DJANGO
    ),
    Command("quarantine show", f"{_POSTMASTER}:quarantine_show", "one mail with its headers", (_ID,), Needs.DJANGO),
    Command("quarantine replay", f"{_MAIL}:replay", "try again to file a mail, or all", (_ID,)),
    Command("quarantine delete", f"{_POSTMASTER}:quarantine_delete", "forget a mail", (_ID,), Needs.DJANGO),
    Command("agent list", f"{_AGENTS}:list_all", "all agents, and whether they may sign in"),
    Command(
        "agent add",
        f"{_AGENTS}:add",
        "a new agent; the password is read from standard input",
        (_NAME, _argument("--admin", action="store_true", help="who may do everything")),
    ),
    Command(
        "agent set-password",
        f"{_AGENTS}:set_password",
        "read another password from standard input, also for a lost one",
        (_NAME,),
    ),
    Command("customer list", f"{_CUSTOMERS}:list_all", "all customer users"),
    Command("customer show", f"{_CUSTOMERS}:show", "one customer user", (_LOGIN,)),
    Command("customer disable", f"{_CUSTOMERS}:disable", "let them in no more", (_LOGIN,)),
    Command("customer enable", f"{_CUSTOMERS}:enable", "let them in again", (_LOGIN,)),
    Command("customer delete", f"{_CUSTOMERS}:delete", "forget a customer user", (_LOGIN,)),
    Command("customer address add", f"{_CUSTOMERS}:address_add", "mail from it is theirs too", (_LOGIN, _ADDRESS)),
    Command("customer address remove", f"{_CUSTOMERS}:address_remove", "it is theirs no more", (_LOGIN, _ADDRESS)),
    Command(
        "customer merge",
        f"{_CUSTOMERS}:merge",
        "make one person of two: everything of the first becomes the second's",
        (_argument("login", metavar="FROM"), _argument("into", metavar="INTO")),
    ),
    Command(
        "customer admit",
        "otalink.customers.commands:admit",
        "let the sender in who waits on a ticket",
        (_TICKET,),
    ),
    Command(
        "customer set-password",
        f"{_CUSTOMERS}:set_password",
        "read a password from standard input; an empty one takes it away",
        (_LOGIN,),
    ),
    Command(
        "ticket list",
        f"{_TICKETS}:list_all",
        "tickets, last changed first",
        (_option("--limit", type=positive, default=1000, metavar="N", help="at most so many"),),
    ),
    Command("ticket show", f"{_TICKETS}:show", "one ticket with its articles and history", (_NUMBER,)),
    Command(
        "ticket close",
        f"{_TICKETS}:close",
        "close a ticket",
        (_NUMBER, _argument("--at", type=past_moment, metavar="ISO-TIME", help="backdate the close, for tests")),
    ),
    Command("ticket reopen", f"{_TICKETS}:reopen", "open a closed ticket again", (_NUMBER,)),
    Command(
        "ticket reply",
        f"{_TICKETS}:reply",
        "reply to the customer as an agent",
        (_NUMBER, _argument("--body", required=True, metavar="TEXT")),
    ),
    Command("ticket participant list", f"{_TICKETS}:participant_list", "who else reads and writes", (_NUMBER,)),
    Command(
        "ticket participant add",
        f"{_TICKETS}:participant_add",
        "let somebody read and write; they are mailed a link of their own",
        (_NUMBER, _ADDRESS),
    ),
    Command(
        "ticket participant remove",
        f"{_TICKETS}:participant_remove",
        "end their part, their links and their sessions",
        (_NUMBER, _ADDRESS),
    ),
    Command("token issue", f"{_TOKENS}:issue", "make a link and print it once", (_TICKET, _CUSTOMER)),
    Command("token list", f"{_TOKENS}:list_all", "states and times of a ticket's links", (_TICKET,)),
    Command("token revoke", f"{_TOKENS}:revoke", "end the live links of a ticket", (_TICKET, _CUSTOMER)),
    Command("maintenance list", "otalink.maintenance.commands:list_tasks", "the cron tasks and their schedules"),
    Command(
        "maintenance run",
        "otalink.maintenance.commands:run_task",
        "run a task now",
        (_argument("name", metavar="TASKNAME"),),
    ),
    Command("sysconfig list", f"{_SYSCONFIG}:list_all", "all settings with the value in force"),
    Command("sysconfig get", f"{_SYSCONFIG}:get", "the value in force", (_NAME,), objects_as_json=True),
    Command(
        "sysconfig set",
        f"{_SYSCONFIG}:set_value",
        "change a setting",
        (_NAME, _argument("value", metavar="VALUE", help="plain text or JSON")),
        objects_as_json=True,
    ),
    Command("sysconfig reset", f"{_SYSCONFIG}:reset", "go back to the default", (_NAME,), objects_as_json=True),
    Command(
        "sysconfig export",
        f"{_SYSCONFIG}:export",
        "what was changed, as JSON that `import` takes",
        objects_as_json=True,
    ),
    Command(
        "sysconfig import",
        f"{_SYSCONFIG}:import_file",
        "set everything a JSON file names, or nothing",
        (_argument("file", metavar="FILE", help="- is standard input"),),
    ),
    Command(
        "sysconfig reference", f"{_SYSCONFIG}:reference", "the settings reference as Markdown", needs=Needs.NOTHING
    ),
)
