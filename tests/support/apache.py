"""Debian's Apache with mod_auth_openidc, a certified client of OpenID, in front of one page."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import needs
from tests.support.servers import end, wait_for_port

MODULES = Path("/usr/lib/apache2/modules")
_CONFIGURATION = """\
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
User www-data
Group www-data
DocumentRoot {folder}/pages
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
TypesConfig /etc/mime.types
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {secret}
OIDCRedirectURI {url}/protected/callback
OIDCCryptoPassphrase {secret}
OIDCScope "openid profile email"
OIDCRemoteUserClaim sub
OIDCPKCEMethod S256
OIDCIDTokenSignedResponseAlg RS256
OIDCDefaultLoggedOutURL {url}/bye.html
<Location /protected>
  AuthType openid-connect
  Require valid-user
  Header set Cache-Control no-store
  Header set X-Seen-User "expr=%{{REMOTE_USER}}"
</Location>
"""


@contextmanager
def apache(port: int, issuer: str, client_id: str, secret: str) -> Iterator[str]:
    """Apache that lets nobody to `/protected/` whom the provider does not vouch for; gives its URL."""
    if not (MODULES / "mod_auth_openidc.so").exists():
        needs.missing("libapache2-mod-auth-openidc")
    server = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin") or needs.missing("apache2-bin")
    url = f"http://127.0.0.1:{port}"
    place = Path(tempfile.mkdtemp(prefix="otalink-apache-"))
    try:
        said = {"modules": MODULES, "issuer": issuer, "client_id": client_id, "secret": secret}
        _lay_out(place, _CONFIGURATION.format(folder=place, port=port, url=url, **said))
        process = subprocess.Popen([server, "-DFOREGROUND", "-f", str(place / "apache.conf")])
        try:
            wait_for_port(port, process)
            yield url
        finally:
            end(process)
    finally:
        shutil.rmtree(place)


def _lay_out(place: Path, configuration: str) -> None:
    protected = place / "pages" / "protected"
    protected.mkdir(parents=True)
    (protected / "index.html").write_text("<title>Desk</title><p>All tickets of yours")
    (place / "pages" / "bye.html").write_text("<title>Bye</title><p>Signed out of the desk")
    (place / "apache.conf").write_text(configuration)
    # Its workers are somebody else, where it is started by root.
    place.chmod(0o755)
