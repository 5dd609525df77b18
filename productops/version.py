"""Which version of the product this is; pyproject.toml says it once."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    try:
        with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
            return tomllib.load(file)["project"]["version"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"
