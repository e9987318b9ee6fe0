"""Every setting of the project, in one file; what may vary comes from the environment."""

import os
from pathlib import Path

import environ
from django.templatetags.static import static

from alignment.embedded.environment import read_environment

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment(os.environ)

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALIGNMENT_HOME = ENVIRONMENT.home
ALIGNMENT_NOW = ENVIRONMENT.now
DEMO = ENVIRONMENT.demo
PUBLIC_URL = ENVIRONMENT.public_url
REPORTING_TIMEZONE = ENVIRONMENT.reporting_timezone
REPORTING_CURRENCY = ENVIRONMENT.reporting_currency

_secure = PUBLIC_URL.startswith("https://")
_host = PUBLIC_URL.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = sorted({_host, ENVIRONMENT.host, "127.0.0.1", "localhost"} - {"0.0.0.0"})  # noqa: S104
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "alignment.ui",
    "alignment.api",
    "alignment.outbox",
    "alignment.people",
    "alignment.agreements",
    "alignment.programs",
    "leads",
    "kpis",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "alignment.console.ConsolePolicy",
    "alignment.remembering.RememberingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "alignment.people.setup.SetUpMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alignment.replica.middleware.SeenPositions",
]

ROOT_URLCONF = "alignment.urls"
WSGI_APPLICATION = "alignment.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alignment.people.context.organisation",
            ],
        },
    }
]

FORM_RENDERER = "alignment.ui.drawing.FieldsInPython"

DATABASES = {
    "default": {
        **environ.Env.db_url_config(ENVIRONMENT.database_url),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
if ENVIRONMENT.replica_url:
    _replica = environ.Env.db_url_config(ENVIRONMENT.replica_url)
    DATABASES["replica"] = {
        **DATABASES["default"],
        **_replica,
        "ENGINE": DATABASES["default"]["ENGINE"],
        "OPTIONS": {"connect_timeout": 2, **_replica.get("OPTIONS", {})},
        "TEST": {"MIRROR": "default"},
    }
REDIS_URL = ENVIRONMENT.redis_url
CACHES = {"default": {"BACKEND": "alignment.api.counting.CountingCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = ENVIRONMENT.broker_url

AUTH_USER_MODEL = "people.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique whatever its case, which the check does not recognise
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "alignment.people.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.split("://", 1)[0]

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = ALIGNMENT_HOME / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ALIGNMENT_HOME / "uploads"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = ALIGNMENT_HOME / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a definition of 100 conditions has up to 20 controls a condition

vars().update(environ.Env.email_url_config(ENVIRONMENT.email_url))
EMAIL_TIMEOUT = 30
EMAIL_FILE_PATH = str(ALIGNMENT_HOME / "mail")
DEFAULT_FROM_EMAIL = f"Alignment <alignment@{_host}>"

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "alignment.people.api_keys.ApiKeyAuthentication",
        "alignment.people.api_keys.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["alignment.people.api_keys.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["alignment.api.rendering.Json"],
    "DEFAULT_PARSER_CLASSES": ["alignment.api.parsing.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "alignment.api.schema.Described",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["alignment.api.throttles.MinuteThrottle", "alignment.api.throttles.StrangerThrottle"],
    "EXCEPTION_HANDLER": "alignment.api.problems.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_MODEL": "people.ApiKey", "AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": None}
KNOX_TOKEN_MODEL = "people.ApiKey"  # noqa: S105
SPECTACULAR_SETTINGS = {
    "TITLE": "Alignment",
    "DESCRIPTION": "Marketing and sales, one truth.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ConsentStateEnum": "leads.models.Consent.State",
        "ImportStateEnum": "leads.models.Import.State",
        "VersionStateEnum": "alignment.agreements.selectors.STATES",
        "BacktestStateEnum": "alignment.agreements.models.Backtest.State",
        "SigningSideEnum": "alignment.agreements.models.SIGNING_SIDES",
    },
}

UNFOLD = {
    "SITE_TITLE": "Alignment",
    "SITE_HEADER": "Alignment",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("ui/icon.svg")}],
    "SHOW_HISTORY": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
