"""Django's settings, derived from the boot configuration alone."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.csp import CSP

from otalink.common import languages
from otalink.conf import admin_theme
from otalink.conf import logging as otalink_logging
from otalink.conf.desks import DESKS
from otalink.conf.environment import read_boot
from otalink.customers.backends.configuration import databases as backend_databases

BOOT = read_boot(os.environ)
LOGGING = otalink_logging.LOGGING
_BASE = urlsplit(BOOT.base_url)

OTALINK_DATA = BOOT.data
OTALINK_MAIL_URL = BOOT.mail_url
OTALINK_BASE_URL = BOOT.base_url
OTALINK_SMTP_CERTIFICATE = BOOT.smtp_certificate
OTALINK_SMTP_LOGIN = BOOT.smtp_login
OTALINK_RESOLVER = BOOT.resolver
_DESK = DESKS[BOOT.desk]
# Where OTOBO fetches mail from us, the desk takes mail as well.
_HAS_DROP = bool(BOOT.otobo and BOOT.otobo.pop3)
OTALINK_DESK = "otalink.otobo.drop_desk.DropDesk" if _HAS_DROP else _DESK.desk
OTALINK_DESK_URLS = _DESK.agents_urls
OTALINK_DESK_CUSTOMERS_URLS = _DESK.customers_urls
OTALINK_DESK_CHECK = _DESK.check
OTALINK_DESK_SERVICES = _DESK.services
OTALINK_TAKES_MAIL = _DESK.takes_mail or _HAS_DROP
# A real OTOBO beside us: see `conf.otobo`, where these are checked and told.
OTALINK_OTOBO_DATABASE: dict[str, Any] = dict(BOOT.otobo.database) if BOOT.otobo else {}
OTALINK_OTOBO_REST_URL = BOOT.otobo.rest_url if BOOT.otobo else ""
OTALINK_OTOBO_REST_USER = BOOT.otobo.rest_user if BOOT.otobo else ""
OTALINK_OTOBO_REST_PASSWORD = BOOT.otobo.rest_password if BOOT.otobo else ""
OTALINK_OTOBO_TIME_ZONE = BOOT.otobo.time_zone if BOOT.otobo else ZoneInfo("UTC")
OTALINK_OTOBO_ARTICLES = BOOT.otobo.articles if BOOT.otobo else None
OTALINK_OTOBO_RELAY = BOOT.otobo.relay if BOOT.otobo else None
OTALINK_OTOBO_SOURCE_URL = BOOT.otobo.source_url if BOOT.otobo else ""
OTALINK_OTOBO_POP3 = BOOT.otobo.pop3 if BOOT.otobo else None
OTALINK_OTOBO_POP3_LOGIN = BOOT.otobo.pop3_login if BOOT.otobo else ""
OTALINK_OTOBO_CLIENTS = BOOT.otobo.clients if BOOT.otobo else ()
# Who says what each recipient's copy of a mail holds that was handed over to be passed on.
OTALINK_NAMES = _DESK.names
OTALINK_COPIES = "otalink.otobo.relay.recipients.copy_for" if BOOT.otobo else ""
OTALINK_CUSTOMER_BACKENDS = {name: config.factory for name, config in BOOT.customer_backends.items()}
OTALINK_CUSTOMER_BACKEND_OPTIONS: dict[str, Any] = BOOT.customer_backends

SECRET_KEY = BOOT.secret_key
DEBUG = False
ALLOWED_HOSTS = [_BASE.hostname or "", "127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "otalink.conf.urls"
WSGI_APPLICATION = "otalink.conf.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "otalink.conf",
    # The admin and its theme load with the addresses, not with Django: worker and intake never need them.
    "otalink.conf.apps.ThemeConfig",
    "otalink.conf.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "otalink.sysconfig",
    "otalink.limits",
    "otalink.customers",
    _DESK.application,
    "otalink.tokens",
    "otalink.notifications",
    "otalink.postmaster",
    "otalink.portal",
    "otalink.oidc",
    "otalink.maintenance",
    "otalink.agents",
    "otalink.desk_pages",
]

MIDDLEWARE = [
    "otalink.conf.middleware.HealthByAnyHost",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "otalink.conf.middleware.RestoreOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "otalink.conf.middleware.TryLater",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": dict(BOOT.database)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue up at the start of a transaction instead of failing in its middle.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a mail we acknowledged is on the disk, also when the power fails.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
    }

DATABASES |= backend_databases(BOOT.customer_backends)

# Tasks lie in the database: what a transaction enqueues is there exactly when it commits.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": False, "QUEUES": []}}

LANGUAGE_CODE = "en"
LANGUAGES = list(languages.LANGUAGES.items())
LOCALE_PATHS = [languages.CATALOGUES]
USE_I18N = True
FORMAT_MODULE_PATH = "otalink.conf.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

AUTHENTICATION_BACKENDS = ["otalink.agents.backend.LimitedModelBackend"]
LOGIN_URL = "/desk/sign-in"
LOGIN_REDIRECT_URL = "/desk/"

_SECURE = _BASE.scheme == "https"
SESSION_COOKIE_NAME = "otalink_agent"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [f"{_BASE.scheme}://{_BASE.netloc}"]
CSRF_FAILURE_VIEW = "otalink.portal.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# The link is never in a body larger than this; attachments go to disk while they come in.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Whoever picks a whole folder is told the limit on the page, with their text still there.
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
FILE_UPLOAD_HANDLERS = [
    "otalink.portal.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

UNFOLD = admin_theme.theme(keeps_tickets=BOOT.desk == "minidesk")

otalink_logging.configure_structlog()
