"""The product's settings with the one bare view and only the session middleware it needs."""

from otalink.conf.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.bare"
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
