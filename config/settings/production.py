"""Settings behind a TLS proxy. Every secret comes from the environment; nothing has a default."""

from __future__ import annotations

from config.settings import env
from config.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env.secret("PODIUM_SECRET_KEY")
ALLOWED_HOSTS = env.words("PODIUM_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATABASES = {"default": env.database(env.secret("PODIUM_DATABASE_URL"))}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("PODIUM_SSL_REDIRECT", "1")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.number("PODIUM_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
ACCOUNT_EMAIL_VERIFICATION = env.text("PODIUM_EMAIL_VERIFICATION", "mandatory")

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("PODIUM_EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("PODIUM_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("PODIUM_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("PODIUM_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("PODIUM_EMAIL_TLS")
DEFAULT_FROM_EMAIL = env.text("PODIUM_EMAIL_FROM", "podium@localhost")
