"""One machine, one person: the settings of ``make demo`` and of development."""

from __future__ import annotations

from config.settings import env
from config.settings.base import *  # noqa: F403
from config.settings.base import VAR
from config.settings.keys import local_secret_key

DEBUG = env.flag("PODIUM_DEBUG")
SECRET_KEY = env.text("PODIUM_SECRET_KEY", "") or local_secret_key(VAR / "keys/secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.words("PODIUM_ALLOWED_HOSTS")]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
