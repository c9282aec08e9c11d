"""Settings that hold everywhere. Secrets and addresses come from the environment."""

from __future__ import annotations

from pathlib import Path

from django.templatetags.static import static

from config.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.text("PODIUM_VAR", str(BASE_DIR / "var"))).resolve()

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "django_rq",
    "django_htmx",
    "accounts",
    "publications",
    "competitions",
    "scoring",
    "submissions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.pages.DomainErrorPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                name: f"config.templatetags.{name}"
                for name in (
                    "curves",
                    "fronts",
                    "heat",
                    "intervals",
                    "moments",
                    "over_time",
                    "quantities",
                    "strips",
                    "writing",
                )
            },
        },
    },
]

DATABASES = {
    "default": env.database(env.text("PODIUM_DATABASE_URL", f"sqlite:///{VAR / 'db.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "competitions:list"
LOGOUT_REDIRECT_URL = "competitions:list"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]


def _store(name: str) -> dict[str, object]:
    """Describe one blob store; each may live on another volume (labels above all)."""
    location = env.text(f"PODIUM_STORE_{name.upper()}", str(VAR / "store" / name))
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": location, "base_url": None},
    }


BLOB_STORES = ["inputs", "labels", "models", "predictions", "logs", "evidence"]
STORAGES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "media"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    **{name: _store(name) for name in BLOB_STORES},
}

REDIS_URL = env.text("PODIUM_REDIS_URL", "redis://127.0.0.1:6379/0")
RQ_QUEUES = {
    name: {
        "URL": REDIS_URL,
        "SERIALIZER": "rq.serializers.JSONSerializer",
        "DEFAULT_TIMEOUT": timeout,
        "REDIS_CLIENT_KWARGS": {"socket_connect_timeout": 5},
    }
    for name, timeout in {"gpu": 90_000, "cpu": 90_000, "score": 3_600}.items()
}
# The queue's own admin pages would let every organizer empty and edit the queues of all.
RQ_SHOW_ADMIN_LINK = False

# Whoever enqueues waits for the commit itself (submissions/queue.py).
RQ = {"COMMIT_MODE": "auto", "JOB_CLASS": "submissions.queue.KnownJob"}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.AccessTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "common.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Podium",
    "DESCRIPTION": "Competitions for pretrained models: read, upload, submit, follow.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "Split": "scoring.models.Split",
        "CompetitionState": "competitions.models.Competition.State",
        "ParticipationState": "competitions.models.Participation.State",
        "SubmissionState": "submissions.models.Submission.State",
    },
}

# A browser upload of a zip is streamed to disk; nothing of it is held in memory.
FILE_UPLOAD_HANDLERS = ["common.upload_handler.BoundedUploadHandler"]
FORM_UPLOAD_MAX_BYTES = 4 * 1024**3
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True

# Where untrusted models run. "auto" takes Docker where an engine answers, else bubblewrap.
SANDBOX_BACKEND = env.text("PODIUM_SANDBOX_BACKEND", "auto")
RUNNER_PYTHON = Path(env.text("PODIUM_RUNNER_PYTHON", str(VAR / "env/runner/bin/python")))
RUNNER_IMAGE = env.text("PODIUM_RUNNER_IMAGE", "podium-runner:latest")
# The same runner in an environment with TensorFlow, for submissions of that format. A worker
# without it leaves them to another one.
TENSORFLOW_PYTHON = Path(
    env.text("PODIUM_TENSORFLOW_PYTHON", str(VAR / "env/tensorflow/bin/python"))
)
TENSORFLOW_IMAGE = env.text("PODIUM_TENSORFLOW_IMAGE", "podium-runner-tensorflow:latest")
WORK_DIR = Path(env.text("PODIUM_WORK_DIR", str(VAR / "work")))
# Ids of the GPUs that belong to this worker alone; without them a run takes whichever come first.
WORKER_GPU_IDS = env.words("PODIUM_GPU_IDS")
WORKER_GPUS = env.number("PODIUM_WORKER_GPUS", 0) or len(WORKER_GPU_IDS)
# Seconds that a claim of a job holds without a heartbeat.
LEASE_SECONDS = env.number("PODIUM_LEASE_SECONDS", 60)
# Ed25519 key that signs score records and award grants (PEM); made on first use.
SIGNING_KEY = Path(env.text("PODIUM_SIGNING_KEY", str(VAR / "keys/signing.pem")))
# TrueType files for letters on certificates beyond Latin, Greek and Cyrillic (paths, by commas).
CERTIFICATE_FONTS = env.words("PODIUM_CERTIFICATE_FONTS")
# Secret that binds results to their runs; infer and score workers alone hold it, apart from the
# signing key, and all of them the same one. Made on first use.
RESULT_KEY = Path(env.text("PODIUM_RESULT_KEY", str(VAR / "seals/results.key")))

UNFOLD = {
    "SITE_TITLE": "Podium",
    "SITE_HEADER": "Podium",
    "SITE_SUBHEADER": "Competitions for pretrained models",
    "SITE_URL": "/",
    "SHOW_VIEW_ON_SITE": True,
    "SITE_ICON": lambda request: static("logo.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("logo.svg")}
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # It tells of every glyph that it leaves out of a certificate's font.
    "loggers": {"fontTools": {"level": "WARNING"}},
}
