"""The door rule: what OTOBO's web server leads to otalink, for Apache and nginx.

GET requests for `customer.pl` with a token of the add-on, or with `Action=CustomerTicketZoom` and a ticket, go to
otalink; all else stays OTOBO's.
"""

from __future__ import annotations

import re

from otalink.otobo.setup.installation import Site
from otalink.otobo.setup.texts import filled


def apache(site: Site) -> str:
    """The lines for the VirtualHost of OTOBO in Apache 2.4."""
    values = _values(site)
    if site.shares_host:
        lead = {"target": site.upstream, "flags": "P,L", "pages": filled("apache-pages.conf", values)}
    else:
        lead = {"target": site.base_url, "flags": "R=303,L", "pages": ""}
    return filled("apache.conf", {**values, **lead})


def nginx_http(site: Site) -> str:
    """The lines beside the `server` of OTOBO in nginx."""
    return filled("nginx-http.conf", _values(site))


def nginx_server(site: Site) -> str:
    """The lines within the `server` of OTOBO in nginx."""
    values = _values(site)
    if site.shares_host:
        lead = {"lead": "rewrite ^ /to-otalink last;", "pages": filled("nginx-pages.conf", values).rstrip()}
    else:
        lead = {"lead": f"return 303 {site.base_url}/otobo/customer.pl$is_args$args;", "pages": ""}
    return filled("nginx-server.conf", {**values, **lead}).rstrip() + "\n"


def _values(site: Site) -> dict[str, str]:
    return {
        "where": "" if site.shares_host else f" at {site.base_url}",
        "prefix_pattern": re.escape(site.prefix),
        "webservice_pattern": re.escape(site.webservice),
        "upstream": site.upstream,
        "admitted": " ".join(site.admitted),
        "admitted_lines": "\n".join(f"    {each} 1;" for each in site.admitted),
    }
