"""All settings, read from the environment once; `.env.example` names each with a sentence."""

import warnings
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from productops import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "data"))).resolve()
SECRET_KEY = env.secret_key(DATA_DIR)
DEBUG = False

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, low=1, high=65535)
BASE_URL = env.address("BASE_URL", f"http://localhost:{PORT}", schemes=("http", "https")).rstrip(
    "/"
)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or sorted(
    {"localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname or "localhost"}
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
WORKERS = env.number("WORKERS", 2, low=1, high=64)
DEMO = env.flag("DEMO", True)
EGRESS_ALLOW = env.places("EGRESS_ALLOW")
SOURCES_DIR = env.text("SOURCES_DIR", "")

INSTALLED_APPS = [
    "productops",
    "teams",
    "audits",
    "objectives",
    "processes",
    "tooling",
    "metrics",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "productops.middleware.SafeRequestMiddleware",
    "productops.middleware.SignedInMiddleware",
]

ROOT_URLCONF = "productops.urls"
WSGI_APPLICATION = "productops.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "productops.context.page",
            ],
            "builtins": [
                "productops.templatetags.ui",
                "productops.templatetags.pictures",
                "django.templatetags.i18n",
            ],
        },
    },
]
FORM_RENDERER = "productops.rendering.FormRenderer"


def _database() -> dict:
    url = env.address(
        "DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'productops.sqlite3'}",
        schemes=("sqlite", "postgres", "postgresql"),
    )
    found = environ.Env.db_url_config(url)
    if "sqlite" in found["ENGINE"]:
        Path(found["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        return found | {
            # Our engine makes natural-key tables WITHOUT ROWID (docs/decisions/0001).
            "ENGINE": "productops.sqlite",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000"
                ),
            },
        }
    return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.address("REDIS_URL", "", schemes=("redis", "rediss", "unix", "redis+socket"))

# Shared by all processes with or without Redis; only counts of attempts live here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "productops_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Sign-in -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "teams.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "teams.signin.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "teams.signin.SocialAccountAdapter"
MFA_ADAPTER = "teams.signin.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are entered by an admin, never by themselves
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = "teams.signin.display_name"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,5/5m/key"}  # key: account and address together
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
SOCIALACCOUNT_ONLY = False
# People are found by the address that the identity provider vouches for; nobody is entered.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_URL = env.address("OIDC_URL", "", schemes=("http", "https"))
_OIDC_ORIGIN = f"{urlsplit(OIDC_URL).scheme}://{urlsplit(OIDC_URL).netloc}"
if OIDC_URL:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": env.text("OIDC_NAME", "Single sign-on"),
                    "client_id": env.text("OIDC_CLIENT_ID", ""),
                    "secret": env.text("OIDC_CLIENT_SECRET", ""),
                    "settings": {"server_url": OIDC_URL, "oauth_pkce_enabled": True},
                }
            ]
        }
    }

# What browsers are told --------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Browsers ask this of the redirect to the identity provider as well.
        "form-action": [SELF, *([_OIDC_ORIGIN] if OIDC_URL else [])],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
_HTTPS = BASE_URL.startswith("https://")
# HTTPS ends at a proxy before us: the last address that it adds is the client's.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "productops_session"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "productops.errors.csrf_failure"
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes ask by plain HTTP from inside
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# Words, dates, numbers ---------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "UTC")
FORMAT_MODULE_PATH = None

# Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Without collectstatic (embedded mode) WhiteNoise serves straight from the finders.
WHITENOISE_USE_FINDERS = True
warnings.filterwarnings("ignore", message="No directory at")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Mail: into files until EMAIL_URL says where --------------------------------------------------
_EMAIL_URL = env.text("EMAIL_URL", "")
if _EMAIL_URL:
    try:
        _EMAIL = environ.Env.email_url_config(_EMAIL_URL)
    except Exception as error:
        raise ImproperlyConfigured("EMAIL_URL cannot be understood.") from error
    vars().update({k: v for k, v in _EMAIL.items() if k.startswith("EMAIL_")})
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text(
    "EMAIL_FROM", f"ProductOps <productops@{urlsplit(BASE_URL).hostname}>"
)

# API ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "productops.api.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["productops.api.permissions.ScopedPermission"],
    "DEFAULT_PAGINATION_CLASS": "productops.api.pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["productops.api.parsing.StrictJSONParser"],
    "EXCEPTION_HANDLER": "productops.api.problems.problem_details",
    "NUM_PROXIES": 1,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ProductOps API",
    "DESCRIPTION": "All that the pages can do, the API can do.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # One name for each set of words, wherever a field uses it.
    "ENUM_NAME_OVERRIDES": {
        "AnswerStateEnum": "audits.choices.AnswerState.choices",
        "AggregationEnum": "productops.measures.Aggregation.choices",
        "CadenceEnum": "productops.measures.Cadence.choices",
        "DirectionEnum": "productops.measures.Direction.choices",
        "EmptyEnum": "productops.measures.Empty.choices",
        "DeliveryStateEnum": "teams.choices.PlanState.choices",
        "KeyResultKindEnum": "objectives.choices.KeyResultKind.choices",
        "PaceEnum": "objectives.choices.Pace.choices",
        "RingEnum": "tooling.choices.Ring.choices",
        "SubjectKindEnum": "teams.choices.SubjectKind.choices",
        "ZoneEnum": "objectives.choices.Zone.choices",
        "WayEnum": ["up", "down"],
    },
}

# Logs --------------------------------------------------------------------------------------
LOGGING_CONFIG = "productops.logs.configure"
LOGGING = {"version": 1}  # not empty, or Django would not call the function above

SILENCED_SYSTEM_CHECKS: list[str] = []
