"""The door rule in real web servers: what leads to a real otalink, and what stays with a server in OTOBO's place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

from otalink.otobo.setup import door
from otalink.otobo.setup.installation import Site, of_url
from tests.support.product import Product, product, wait_for
from tests.support.servers import free_port
from tests.support.web_servers import WebServer, apache, nginx, otobo_pages

pytestmark = pytest.mark.processes

ZOOM, NUMBER = "Action=CustomerTicketZoom", "2026112310000017"
TOKEN = "aB3" * 8


def site(web_port: int, upstream: str) -> Site:
    url = f"http://127.0.0.1:{web_port}"
    otobo = of_url("mysql://otalink@127.0.0.1/otobo")
    return Site(otobo, None, f"{url}/otobo/", "otalink", base_url=url, upstream=upstream)


@contextmanager
def in_front(kind: str, where: Site, port: int, otobo: str) -> Iterator[WebServer]:
    """The web server of that kind with our lines in it."""
    if kind == "nginx":
        with nginx(port, door.nginx_http(where), door.nginx_server(where), otobo) as server:
            yield server
    else:
        lines = door.apache(where)
        told = re.search(r'^#   ("expr=.*")$', lines, re.MULTILINE)
        assert told, "the snippet says how to keep links out of the log"
        with apache(port, lines, otobo, told[1]) as server:
            yield server


@dataclass(frozen=True)
class Front:
    """A web server, the otalink behind it, and where customers see both."""

    server: WebServer
    behind: Product

    def get(self, path: str, method: str = "GET") -> requests.Response:
        return requests.request(method, f"{self.server.url}{path}", allow_redirects=False, timeout=30)

    def answers(self, path: str, method: str = "GET") -> str:
        """Who answered: "OTOBO" or "otalink"."""
        response = self.get(path, method)
        return "OTOBO" if response.text.startswith("OTOBO") else "otalink"


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    with otobo_pages() as url:
        yield url


@pytest.fixture(scope="module", params=["Apache", "nginx"])
def front(request: pytest.FixtureRequest, pages: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    port = free_port()
    with ExitStack() as stack:
        data: Path = tmp_path_factory.mktemp("door")
        behind = stack.enter_context(product(data, OTALINK_BASE_URL=f"http://127.0.0.1:{port}"))
        server = stack.enter_context(
            in_front(request.param, site(port, f"http://127.0.0.1:{behind.web_port}"), port, pages)
        )
        behind.start()
        yield Front(server, behind)


@pytest.mark.parametrize(
    ("query", "target"),
    [
        (f"{ZOOM};TicketNumber={NUMBER};OTAToken={TOKEN}", f"/l/{TOKEN}"),
        (f"{ZOOM}&TicketNumber={NUMBER}&OTAToken={TOKEN}", f"/l/{TOKEN}"),
        (f"OTAToken={TOKEN};{ZOOM}", f"/l/{TOKEN}"),
        (f"OTAToken={TOKEN}", f"/l/{TOKEN}"),
        (f"{ZOOM};TicketNumber={NUMBER}", f"/tickets/{NUMBER}"),
        (f"{ZOOM}&TicketNumber={NUMBER}", f"/tickets/{NUMBER}"),
        (f"TicketNumber={NUMBER};{ZOOM}", f"/tickets/{NUMBER}"),
        (f"{ZOOM};Lang=de&TicketNumber={NUMBER}", f"/tickets/{NUMBER}"),
    ],
)
def test_tickets_and_tokens_lead_to_otalink(front: Front, query: str, target: str) -> None:
    for method in ("GET", "HEAD"):
        response = front.get(f"/otobo/customer.pl?{query}", method)
        assert (response.status_code, response.headers["Location"]) == (303, target)


def test_a_ticket_s_id_leads_to_otalink_too(front: Front) -> None:
    assert front.answers(f"/otobo/customer.pl?{ZOOM};TicketID=17") == "otalink"


@pytest.mark.parametrize(
    "path",
    [
        "/otobo/customer.pl",
        "/otobo/customer.pl?Action=CustomerTicketOverview;Subaction=MyTickets",
        "/otobo/customer.pl?Action=CustomerTicketMessage",
        f"/otobo/customer.pl?{ZOOM}",
        f"/otobo/customer.pl?{ZOOM}2;TicketNumber={NUMBER}",
        f"/otobo/customer.pl?Not{ZOOM};TicketNumber={NUMBER}",
        f"/otobo/customer.pl?{ZOOM};NotTicketNumber={NUMBER}",
        f"/otobo/customer.pl?NotOTAToken={TOKEN}",
        "/otobo/customer.pl?Action=Login;code=a;state=b%3B",
        f"/otobo/index.pl?Action=AgentTicketZoom;TicketNumber={NUMBER}",
        f"/otobo/index.pl?{ZOOM};TicketNumber={NUMBER}",
        f"/otobo/public.pl?OTAToken={TOKEN}",
    ],
)
def test_all_else_stays_otobo_s_as_it_was_asked_for(front: Front, path: str) -> None:
    assert front.get(path).text == f"OTOBO GET {path}"


def test_what_is_posted_stays_otobo_s(front: Front) -> None:
    path = f"/otobo/customer.pl?{ZOOM};TicketNumber={NUMBER}"
    assert front.get(path, "POST").text == f"OTOBO POST {path}"


def test_a_customer_gets_from_the_old_link_to_the_ticket_through_the_web_server(front: Front) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Lee <ann@customer.example>", "support@localhost", "Printer"
    mail.set_content("It is on fire.")
    front.behind.deliver(mail.as_bytes(), "ann@customer.example")
    (ticket,) = wait_for("the ticket", lambda: front.behind.command("ticket", "list") or None)
    number = ticket["number"]
    secret = front.behind.command("token", "issue", number)["url"].rpartition("/")[2]
    browser = requests.Session()
    page = browser.get(
        f"{front.server.url}/otobo/customer.pl?{ZOOM};TicketNumber={number};OTAToken={secret}", timeout=30
    )
    assert page.url == f"{front.server.url}/l/{secret}"
    form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert form
    opened = browser.post(page.url, {"csrfmiddlewaretoken": form[1]}, headers={"Referer": page.url}, timeout=30)
    assert opened.url == f"{front.server.url}/tickets/{number}"
    assert "It is on fire." in opened.text
    style = re.search(r'href="(/static/[^"]+\.css)"', opened.text)
    assert style
    assert browser.get(front.server.url + style[1], timeout=30).status_code == 200


def test_no_link_stands_in_the_web_server_s_log(front: Front) -> None:
    token = "xY9" * 8
    assert front.get(f"/otobo/customer.pl?{ZOOM};TicketNumber={NUMBER};OTAToken={token}").status_code == 303
    assert front.get(f"/l/{token}").status_code in {404, 429}
    assert front.get("/otobo/customer.pl?Action=Seen").status_code == 200
    logged = wait_for("a line", lambda: text if "Action=Seen" in (text := front.server.log.read_text()) else None)
    assert token not in logged


def status_of(port: int, target: str) -> int:
    """The status of the answer to a POST whose target is sent as it is."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", target, skip_host=False)
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    with closing(connection):
        return connection.getresponse().status


@pytest.mark.parametrize("kind", ["Apache", "nginx"])
def test_only_otalink_reaches_the_web_service(kind: str, pages: str) -> None:
    port, path = free_port(), "/otobo/nph-genericinterface.pl/Webservice"
    here = site(port, "http://127.0.0.1:1")
    with in_front(kind, here, port, pages) as server:
        assert requests.post(f"{server.url}{path}/otalink/Session", timeout=30).status_code == 200
    port = free_port()
    elsewhere = replace(site(port, "http://127.0.0.1:1"), admitted=("192.0.2.7", "2001:db8::7"), webservice="of-ours")
    with in_front(kind, elsewhere, port, pages) as server:
        assert requests.post(f"{server.url}{path}/of-ours/Session", timeout=30).status_code == 403
        assert requests.post(f"{server.url}{path}/of-ours", timeout=30).status_code == 403
        # As a database may take it for the same name.
        for spelled in ("OF-OURS", "Of-Ours%20", "of%2Dours", "/of-ours", "%2e/of-ours"):
            assert requests.post(f"{server.url}{path}/{spelled}/Session", timeout=30).status_code == 403
        assert requests.post(f"{server.url}{path}/of-others/Session", timeout=30).status_code == 200
        assert requests.post(f"{server.url}{path}/of-ours-too?x=1", timeout=30).status_code == 200
        assert requests.get(f"{server.url}/otobo/index.pl", timeout=30).status_code == 200
        # OTOBO finds it anywhere in what was asked for, and by its number.
        script = path.rpartition("/")[0]
        for target in (
            f"{script}/WebserviceID/1/Session",
            f"{script}/x/nph-genericinterface.pl/Webservice/of-ours/Session",
            f"{script}/?nph-genericinterface.pl/Webservice/of-ours/Session",
            "/otobo/%6eph-genericinterface.pl/?nph-genericinterface.pl/Webservice/of-ours/Session",
            f"{path}/of-ours/../../nph-genericinterface.pl/x",
            f"{path}/of-others/../of-ours/Session",
            f"{path}/./of-ours/Session",
            f"{path}/of-others/%2e%2e/of-ours/Session",
            f"{path}/of-ours/%20{path}/of-others/",
            "//otobo/nph-genericinterface.pl/Webservice/of-ours/Session",
        ):
            assert status_of(port, target) == 403, target


@pytest.mark.parametrize("kind", ["Apache", "nginx"])
def test_an_otalink_with_a_host_of_its_own_is_redirected_to(kind: str, pages: str) -> None:
    port = free_port()
    elsewhere = replace(site(port, ""), base_url="https://my.example.org")
    with in_front(kind, elsewhere, port, pages) as server:
        for query in (f"{ZOOM};TicketNumber={NUMBER};OTAToken={TOKEN}", f"{ZOOM}&TicketID=17"):
            url = f"{server.url}/otobo/customer.pl?{query}"
            response = requests.get(url, allow_redirects=False, timeout=30)
            assert response.status_code == 303
            assert response.headers["Location"] == f"https://my.example.org/otobo/customer.pl?{query}"
        assert requests.get(f"{server.url}/otobo/customer.pl", timeout=30).text.startswith("OTOBO")


def test_scripts_in_another_folder_are_met_there() -> None:
    where = replace(site(80, "http://127.0.0.1:8000"), otobo_url="http://127.0.0.1:80/help.desk/")
    assert r"^/help\.desk/customer\.pl$" in door.apache(where)
    assert r"/help\.desk/customer\.pl\?" in door.nginx_http(where)
