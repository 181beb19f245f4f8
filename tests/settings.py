"""Settings of the tests: those of the product, with a data directory of their own and less work
for passwords and static files."""

import os
from pathlib import Path

os.environ.setdefault("HINDSIGHT_DATA", str(Path(__file__).resolve().parent.parent / ".data/test"))
os.environ.pop("HINDSIGHT_URL", None)
os.environ.setdefault("HINDSIGHT_SECRET_KEY", "only for tests")

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The live server of the browser tests serves files by their plain names.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Otherwise every test client lists all static files, and warns where they were never collected.
WHITENOISE_AUTOREFRESH = True
# Tests roll back instead of committing, so the index must see what is not committed yet.
SEARCH_SEES_UNCOMMITTED = True
# A live server's thread would keep its connection, and the test database could not be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
# A busy machine must not fail a test of something else.
READ_TIMEOUT = SEARCH_TIMEOUT = 60.0
# Jobs are done at once, in the transaction that starts them; tests/test_jobs.py has real workers.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
