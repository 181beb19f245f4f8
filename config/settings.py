"""Every setting, read from the environment; docs/configuration.md lists them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.secret_key import read_or_create_secret_key

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("HINDSIGHT_DATA", default=str(BASE_DIR / ".data"))).resolve()

# The address people use; links in exports, secure cookies and the host check follow from it.
PUBLIC_URL = env.str(
    "HINDSIGHT_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}"
).rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        f"HINDSIGHT_URL is {PUBLIC_URL!r}: give the whole address, e.g. https://lessons.example.org"
    )
HTTPS = _public.scheme == "https"

DEBUG = env.bool("HINDSIGHT_DEBUG", default=False)
DATABASE_URL = env.str("DATABASE_URL", default="")
EMBEDDED_DATABASE = not DATABASE_URL
SECRET_KEY = env.str("HINDSIGHT_SECRET_KEY", default="")
if not SECRET_KEY:
    if not EMBEDDED_DATABASE:
        raise ImproperlyConfigured(
            "HINDSIGHT_SECRET_KEY is not set: give it 50 random characters and keep it secret."
        )
    SECRET_KEY = read_or_create_secret_key(DATA_DIR / "secret_key")

# Keys of before: what they signed and sealed is still taken (docs/security.md#keys).
SECRET_KEY_FALLBACKS = env.list("HINDSIGHT_SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = [_public.hostname, *env.list("HINDSIGHT_HOSTS", default=[])]
if not HTTPS:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "accounts",
    "lessons",
    "taggit",
    "pghistory",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.accounting.Accounted",
    # What guards the browser comes first, so that static files and refusals have it too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.keeping.NothingOfThoseSignedIn",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.crowding.AsManyAsFit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in_required.SignInRequired",
    # Deny by default: a view that everyone may see says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.RequireSecondFactor",
    "pghistory.middleware.HistoryMiddleware",
    "lessons.views.time_limit.ReadingTakesSeconds",
    "lessons.views.reading_side.ReadingSide",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lessons.views.corpus.made_up",
            ],
        },
    }
]

if EMBEDDED_DATABASE:
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "config.embedded_pg",
            "NAME": "hindsight",
            "OPTIONS": {"data_dir": DATA_DIR / "postgres"},
        }
    }
else:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
# A streaming replica is asked what pages read (lessons/replica.py), unless it is so far behind.
REPLICA_URL = env.str("HINDSIGHT_REPLICA_URL", default="")
REPLICA_LAG = env.float("HINDSIGHT_REPLICA_LAG", default=10.0)
if REPLICA_URL:
    DATABASES["replica"] = env.db_url_config(REPLICA_URL)
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    # A replica that falls silent is left for the primary, soon (milliseconds).
    DATABASES["replica"].setdefault("OPTIONS", {}).setdefault("tcp_user_timeout", 5000)
    DATABASE_ROUTERS = ["lessons.replica.Router"]
for _database in DATABASES.values():
    _database.update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
    # Of a server that does not answer a page says so, soon (seconds).
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in limits count over all workers, so the cache must be shared: in the database, or in Redis.
CACHE_URL = env.str("HINDSIGHT_CACHE_URL", default="")
if urlsplit(CACHE_URL).scheme not in {"", "redis", "rediss"}:
    raise ImproperlyConfigured("HINDSIGHT_CACHE_URL names a Redis: redis://host:6379/0")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "hindsight",
        # Of a server that does not answer a page says so, soon (seconds).
        "OPTIONS": {"socket_connect_timeout": 5, "socket_timeout": 5},
    }
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hindsight_cache",
        # Beyond it entries are dropped: 300, the usual number, one office signing in would pass.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
ROLE_PERMISSIONS = "lessons.permissions.ROLE_PERMISSIONS"
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
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# There is no sign-up, so a stranger's address gets no mail that offers it.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
# An office shares an address: what counts by address alone only stops machines.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/5m/key",  # by name and address, see accounts/adapter.py
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
# Behind a proxy the address is what the proxy appended to X-Forwarded-For, never what came in.
BEHIND_PROXY = env.bool("HINDSIGHT_BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.sealing.SealingAdapter"
MFA_FORMS = {"authenticate": "accounts.second_factor.NotedForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Hindsight"
MFA_TOTP_TOLERANCE = 1  # of 30 seconds, for clocks that differ (RFC 6238, 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Addresses are given by an administrator or by the provider; nobody signs up with another's.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Roles that can do nothing until they have a second factor.
MFA_REQUIRED_FOR = env.list("HINDSIGHT_MFA_REQUIRED_FOR", default=[])
# Single sign-on: groups of the provider → roles, e.g. analysts=analyst;reviewers=reviewer.
OIDC_GROUPS = dict(
    pair.rpartition("=")[::2]
    for pair in env.str("HINDSIGHT_OIDC_GROUPS", default="").split(";")
    if pair.strip()
)
OIDC_GROUPS_CLAIM = env.str("HINDSIGHT_OIDC_GROUPS_CLAIM", default="groups")
OIDC_NO_GROUP = env.str("HINDSIGHT_OIDC_NO_GROUP", default="reader")
for _name, _named in (
    ("HINDSIGHT_MFA_REQUIRED_FOR", MFA_REQUIRED_FOR),
    ("HINDSIGHT_OIDC_GROUPS", OIDC_GROUPS.values()),
):
    if unknown := set(_named) - {"reader", "analyst", "reviewer", "admin"}:
        raise ImproperlyConfigured(f"{_name} names what is no role: {sorted(unknown)}")
if OIDC_NO_GROUP not in {"reader", "refuse"}:
    raise ImproperlyConfigured("HINDSIGHT_OIDC_NO_GROUP is “reader” or “refuse”.")
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SignOnAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# One provider, of the organisation itself: whose address it vouches for is that person.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A form that leads elsewhere is not in the policy of content; state and PKCE guard the way back.
SOCIALACCOUNT_LOGIN_ON_GET = True
OIDC_URL = env.str("HINDSIGHT_OIDC_URL", default="")
if OIDC_URL:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env.str("HINDSIGHT_OIDC_NAME", default="OpenID Connect"),
                    "client_id": env.str("HINDSIGHT_OIDC_CLIENT_ID"),
                    "secret": env.str("HINDSIGHT_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_URL},
                }
            ],
        }
    }

# The moment of writing, not of the transaction's start: a transaction may hold several acts, and
# the history must know their order across tables.
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"

# Lies in the folder of a demo that a program filled; every page then says so.
SYNTHETIC_LABEL = DATA_DIR / "synthetic.txt"
SYNTHETIC = SYNTHETIC_LABEL.is_file()

# A record is not published by the person who wrote it.
FOUR_EYES = env.bool("HINDSIGHT_FOUR_EYES", default=True)
# What proposes records beside our own rules, as dotted paths (docs/suggestions.md).
SUGGESTERS = env.list("HINDSIGHT_SUGGESTERS", default=[])
# Whether readers who are signed in see what rests on restricted reports; the desk always does.
READERS_SEE_RESTRICTED = env.bool("HINDSIGHT_READERS_SEE_RESTRICTED", default=False)
# Whether everyone who reads must be signed in, or send a token (docs/access.md).
SIGN_IN_REQUIRED = env.bool("HINDSIGHT_SIGN_IN_REQUIRED", default=False)
# How often published records are looked at and taken along; nothing of who does.
COUNT_USE = env.bool("HINDSIGHT_COUNT_USE", default=True)
DEMO_PASSWORD = env.str("HINDSIGHT_DEMO_PASSWORD", default="")

LANGUAGE_CODE = env.str("HINDSIGHT_LANGUAGE", default="en")
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("HINDSIGHT_TIME_ZONE", default="America/Toronto")
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Several machines keep files in one store (S3); who asks gets them from us, never from there.
# Where it is and what opens it are boto3's own variables (docs/scale.md).
S3_BUCKET = env.str("HINDSIGHT_S3_BUCKET", default="")
MEDIA_ROOT = "" if S3_BUCKET else DATA_DIR / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "config.s3.Bucket",
        "OPTIONS": {"bucket_name": S3_BUCKET},
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Long work is done by `manage.py worker`: which handler does which kind of job (lessons/jobs.py).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOBS = {
    "read upload": "lessons.ingest.uploads.read_upload",
    "look for suggestions": "lessons.suggestions.background.look_job",
    "check import": "lessons.importers.tables.check_job",
    "apply import": "lessons.importers.tables.apply_job",
    "undo": "lessons.history.undo_job",
}

# How much one form may send, in bytes.
MAX_UPLOAD = env.int("HINDSIGHT_MAX_UPLOAD", default=100) * 1_000_000
FILE_UPLOAD_HANDLERS = [
    "lessons.views.receiving.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# This machine's copy for searching; it is made anew wherever it is missing.
SEARCH_DIR = DATA_DIR / "search"
SEARCH_SEES_UNCOMMITTED = False  # for tests, which never commit

# Pages of reports as pictures, drawn anew wherever they are missing.
PICTURES_DIR = DATA_DIR / "pictures"

# Searches are ordered by meaning too; needs the extra "semantic" and `manage.py embed`.
SEARCH_BY_MEANING = env.bool("HINDSIGHT_SEARCH_BY_MEANING", default=False)
# Seconds that a page may read, and a list or a search among them; 0 is no limit.
READ_TIMEOUT = env.float("HINDSIGHT_READ_TIMEOUT", default=5.0)
SEARCH_TIMEOUT = env.float("HINDSIGHT_SEARCH_TIMEOUT", default=1.0)

# Requests to the API that one person, or one address of nobody, has in a minute; 0 is no limit.
API_READS = env.int("HINDSIGHT_API_READS", default=600)
API_WRITES = env.int("HINDSIGHT_API_WRITES", default=120)

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

EMAIL_CONFIG = env.email_url("HINDSIGHT_EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("HINDSIGHT_EMAIL_FROM", default=f"hindsight@{_public.hostname}")

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:  # a browser takes such a name from this host alone, over HTTPS, for the whole of it
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Who shows this token is told the figures at /metrics; without one there are none.
METRICS_TOKEN = env.str("HINDSIGHT_METRICS_TOKEN", default="")
# Milliseconds from which a query of a page is written to the log; 0 is none.
SLOW_QUERY = env.int("HINDSIGHT_SLOW_QUERY", default=0)

LOG_FORMAT = env.str("HINDSIGHT_LOG_FORMAT", default="line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured(f"HINDSIGHT_LOG_FORMAT is {LOG_FORMAT!r}: it is line or json.")
ACCESS_LEVEL = "INFO" if env.bool("HINDSIGHT_ACCESS_LOG", default=False) else "WARNING"
LOG_LEVEL = env.str("HINDSIGHT_LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django": {"level": LOG_LEVEL}, "hindsight.access": {"level": ACCESS_LEVEL}},
}
