"""The product's settings on a throw-away data folder, chosen before they are read."""

import os
import tempfile
from pathlib import Path

_DATA = tempfile.mkdtemp(prefix="otalink-test-")
os.environ["OTALINK_DATA"] = _DATA
os.environ["OTALINK_SECRET_KEY"] = "only-for-tests-" + "k" * 40
# No test asks name servers outside; those about the DNS bring their own.
os.environ["OTALINK_RESOLVER"] = "none"
for _name in (
    "OTALINK_DATABASE_URL",
    "OTALINK_MAIL_URL",
    "OTALINK_BASE_URL",
    "OTALINK_TASKS",
    "OTALINK_CUSTOMER_BACKENDS",
    "OTALINK_DESK",
):
    os.environ.pop(_name, None)
if _url := os.environ.get("OTALINK_TEST_DATABASE_URL"):
    os.environ["OTALINK_DATABASE_URL"] = _url

from otalink.conf.settings import *  # noqa: F403
from otalink.conf.settings import DATABASES, INSTALLED_APPS

if "sqlite3" in str(DATABASES["default"]["ENGINE"]):
    # A file, since a database in memory has one connection, and threads of a test need their own.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_DATA) / "test.sqlite3")}

# Both desks, which an installation never has: the tests of one choose it.
INSTALLED_APPS += ["otalink.otobo"]
