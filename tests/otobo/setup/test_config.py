"""What an administrator puts into OTOBO."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from otalink.otobo import facts
from otalink.otobo.setup import config
from otalink.otobo.setup.installation import Site, of_url, rest_parts
from tests.support import needs

SITE = Site(
    of_url("mysql://otalink@db.example.org/otobo"), of_url("postgres://otobo_reader@db2.example.org:5433/otalink"),
    "https://desk.example.org/otobo/", "otalink", base_url="https://desk.example.org", upstream="http://127.0.0.1:8000",
    relay="127.0.0.1:2525",
)  # fmt: skip


def read_by_perl(block: str, expression: str, tmp_path: Path) -> str:
    """What an expression about `$Self` gives, once Perl has read the block as OTOBO does."""
    perl = shutil.which("perl") or needs.missing("perl")
    script = tmp_path / "config.pl"
    script.write_text(f"use strict; use warnings;\nmy $Self = {{}};\n{block}\nprint {expression};\n")
    done = subprocess.run([perl, str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_perl_reads_the_block_and_finds_our_source_uncached_and_read_only(tmp_path: Path) -> None:
    block = config.perl(SITE)
    source = "$Self->{CustomerUser1}"
    dsn = "DBI:Pg:dbname=otalink;host=db2.example.org;port=5433"
    assert read_by_perl(block, f"{source}->{{Params}}->{{DSN}}", tmp_path) == dsn
    assert read_by_perl(block, f"{source}->{{ReadOnly}}", tmp_path) == "1"
    assert read_by_perl(block, f"exists {source}->{{CacheTTL}} ? 'cached' : 'uncached'", tmp_path) == "uncached"
    columns = f"join(' ', map {{ $_->[2] }} @{{ {source}->{{Map}} }})"
    assert read_by_perl(block, columns, tmp_path) == "first_name last_name login email customer_id valid_id"


def test_mail_waits_three_days_for_the_relay(tmp_path: Path) -> None:
    block = config.perl(SITE)
    assert read_by_perl(block, "$Self->{'SendmailModule::Port'}", tmp_path) == "2525"
    attempts = int(read_by_perl(block, "$Self->{MailQueue}->{ItemMaxAttempts}", tmp_path))
    assert sum(facts.MAIL_DELAY_MINUTES * each for each in range(1, attempts)) > 2.9 * 24 * 60
    assert "Sendmail" not in config.perl(replace(SITE, relay=""))


def test_where_otalink_writes_into_otobo_s_table_nothing_is_cached(tmp_path: Path) -> None:
    for block in (config.perl(SITE, write=True), config.perl(replace(SITE, source=None))):
        assert read_by_perl(block, "$Self->{CustomerUser}->{CacheTTL}", tmp_path) == "0"
        assert "CustomerUser1" not in block


def test_a_quote_in_a_name_stays_within_its_text(tmp_path: Path) -> None:
    source = replace(of_url("mysql://h/d"), name="o'd", user="a\\'b")
    block = config.perl(replace(SITE, source=source))
    assert read_by_perl(block, "$Self->{CustomerUser1}->{Params}->{User}", tmp_path) == "a\\'b"


def test_the_web_service_has_the_routes_that_we_call() -> None:
    service = yaml.safe_load(config.webservice())
    routes = service["Provider"]["Transport"]["Config"]["RouteOperationMapping"]
    assert set(routes) == set(service["Provider"]["Operation"])
    assert routes["TicketUpdate"] == {"RequestMethod": ["PATCH"], "Route": "/Ticket/:TicketID"}
    assert routes["TicketCreate"]["Route"] == "/Ticket"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://h/otobo/nph-genericinterface.pl/Webservice/otalink", ("https://h/otobo/", "otalink")),
        ("http://h:81/otrs/nph-genericinterface.pl/Webservice/x", ("http://h:81/otrs/", "x")),
    ],
)
def test_the_rest_url_says_where_otobo_is(url: str, parts: tuple[str, str]) -> None:
    assert rest_parts(url) == parts
