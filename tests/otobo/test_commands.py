"""`otalink otobo ...` as an administrator types it, before OTOBO can be reached at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Otalink

pytestmark = pytest.mark.processes
_PASSWORD = "Never-Shown-1"
ENVIRON = {
    "OTALINK_DESK": "otobo",
    "OTALINK_BASE_URL": "https://desk.example.org",
    "OTALINK_OTOBO_DATABASE_URL": f"postgres://reader:{_PASSWORD}@127.0.0.1:1/otobo",
    "OTALINK_OTOBO_SOURCE_URL": f"postgres://source:{_PASSWORD}@127.0.0.1:1/otalink",
    "OTALINK_OTOBO_REST_URL": "https://desk.example.org/otobo/nph-genericinterface.pl/Webservice/of-ours",
    "OTALINK_OTOBO_REST_USER": "otalink-api",
    "OTALINK_OTOBO_REST_PASSWORD": _PASSWORD,
    "OTALINK_OTOBO_RELAY": "127.0.0.1:2525",
}


def text_of(otalink: Otalink, *words: str) -> str:
    done = otalink("otobo", *words)
    assert (done.code, done.err) == (0, "")
    assert _PASSWORD not in done.out
    return done.out


def test_every_text_is_printed_for_this_site_and_holds_no_password(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path, ENVIRON)
    expected = {
        ("sql",): ['GRANT SELECT ON ticket_history TO "reader";', 'TO "source";'],
        ("sql", "--write"): ["GRANT INSERT (login, email, customer_id, first_name, last_name, valid_id, create_time"],
        ("sql", "--import"): ['-- REVOKE SELECT ON ota_tokens FROM "reader";'],
        ("config", "perl"): ["DBI:Pg:dbname=otalink;host=127.0.0.1;port=1", "'SendmailModule::Port'} = '2525'"],
        ("config", "perl", "--write"): ["$Self->{CustomerUser}->{CacheTTL} = 0;"],
        ("config", "webservice"): ["Type: Ticket::TicketUpdate"],
        ("config", "apache"): [
            'ProxyPass "/l/" "http://127.0.0.1:8000/l/"',
            r"^\S+ /otobo/nph-genericinterface\.pl/Webservice/(?!(?i:of\-ours)[/?\s])[^/?%\s]+[/?\s]#",
            '"expr=%{THE_REQUEST} !~ m#(?: /l/|OTAToken=)#"',
        ],
        ("config", "apache", "--otobo", "https://other.example.org/otrs/"): [
            "^/otrs/customer\\.pl$ https://desk.example.org/otobo/customer.pl [R=303,L]"
        ],
        ("config", "nginx-http", "--admit", "192.0.2.7"): ["    192.0.2.7 1;"],
        ("config", "nginx-server", "--upstream", "http://127.0.0.1:9000"): ["proxy_pass http://127.0.0.1:9000;"],
    }
    for words, lines in expected.items():
        text = text_of(otalink, *words)
        for line in lines:
            assert line in text, words


def test_what_cannot_be_is_one_line(tmp_path: Path) -> None:
    assert "OTALINK_DESK is not otobo" in Otalink(tmp_path).refused("otobo", "sql")
    wrong = {**ENVIRON, "OTALINK_OTOBO_SOURCE_URL": "sqlite:///x"}
    assert "OTALINK_OTOBO_SOURCE_URL" in Otalink(tmp_path, wrong).refused("otobo", "sql")
    assert Otalink(tmp_path, ENVIRON)("otobo", "config", "iis").code == 2


def test_a_door_rule_is_not_made_of_an_address_that_no_customer_knows(tmp_path: Path) -> None:
    # It would lead the browser in circles: the host that redirects is the one that it redirects to.
    rest_url = "http://127.0.0.1:8080/otobo/nph-genericinterface.pl/Webservice/otalink"
    otalink = Otalink(tmp_path, {**ENVIRON, "OTALINK_OTOBO_REST_URL": rest_url})
    for part in ("apache", "nginx-http", "nginx-server"):
        assert "say with --otobo where customers meet OTOBO" in otalink.refused("otobo", "config", part)
    assert "ItemMaxAttempts" in text_of(otalink, "config", "perl")
    told = text_of(otalink, "config", "nginx-server", "--otobo", "https://desk.example.org/otobo/")
    assert "rewrite ^ /to-otalink last;" in told


def test_an_import_waits_for_an_otobo_that_is_away(tmp_path: Path) -> None:
    done = Otalink(tmp_path, ENVIRON)("otobo", "import")
    assert done.code == 75
    assert "OTOBO's database cannot be asked" in done.err


def test_check_says_in_one_line_that_otobo_is_away(tmp_path: Path) -> None:
    found = Otalink(tmp_path, ENVIRON)("check")
    assert found.code == 1
    assert "OTALINK_OTOBO_DATABASE_URL: OTOBO's database cannot be asked" in found.out
    assert "OTOBO cannot read our customer users from SQLite" in found.out
