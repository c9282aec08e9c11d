"""Settings of the test suite: SQLite in memory, or the PostgreSQL that the environment names."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from config.settings import env

os.environ.setdefault("PODIUM_VAR", tempfile.mkdtemp(prefix="podium-test-"))

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, STORAGES

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": env.database(env.text("PODIUM_TEST_DATABASE_URL", "sqlite:///:memory:"))}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
RUNNER_PYTHON = Path(env.text("PODIUM_RUNNER_PYTHON", str(BASE_DIR / "var/env/runner/bin/python")))
TENSORFLOW_PYTHON = Path(
    env.text("PODIUM_TENSORFLOW_PYTHON", str(BASE_DIR / "var/env/tensorflow/bin/python"))
)
