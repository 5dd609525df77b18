"""Settings of the test run: SQLite, or TEST_DATABASE_URL and TEST_REDIS_URL."""

import os
import tempfile

os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="productops-")
os.environ.setdefault("SECRET_KEY", "tests-only-7f3a9c1e5b2d8046-tests-only")
os.environ["BASE_URL"] = "http://testserver"
os.environ["EMAIL_URL"] = ""
os.environ["TIME_ZONE"] = "Europe/Berlin"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "sqlite:///:memory:")
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "")

from productops.settings import *  # noqa: F403  the product's own settings, but for speed

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Each test client loads the middleware anew, and this one would read every static file.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name.lower()]  # noqa: F405
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # Threads can share a file, but wait for no lock of a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}  # noqa: F405
    _PRAGMAS = DATABASES["default"]["OPTIONS"]  # noqa: F405
    _PRAGMAS["init_command"] = _PRAGMAS["init_command"].replace("=FULL", "=OFF")
