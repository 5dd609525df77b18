"""Read settings from the environment, and refuse what cannot be understood."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from productops.addresses import allowed


def text(name: str, default: str | None = None) -> str:
    """Return ``name``, or the contents of the file named by ``name_FILE``; empty is unset."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment.")
    return value


def flag(name: str, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value in ("true", "1"):
        return True
    if value in ("false", "0"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if value.isascii() and value.isdigit() and low <= int(value) <= high:
        return int(value)
    raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number from {low} to {high}.")


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a zone such as Europe/Berlin."
        ) from error
    return value


def address(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """Return a URL whose scheme is one of ``schemes``; an empty default stays empty."""
    value = text(name, default)
    if value and value.split(":", 1)[0] not in schemes:
        # The value may hold a password, so the message repeats the name alone.
        raise ImproperlyConfigured(f"{name} must begin with one of: {', '.join(schemes)}.")
    return value


def places(name: str) -> list[str]:
    """Hosts, addresses and networks, each with a port or without."""
    found = words(name)
    for word in found:
        try:
            allowed(word)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} names {word!r}; write hosts, addresses or networks such as "
                "metrics.internal, 10.0.0.5:9090 or 10.1.0.0/16."
            ) from error
    return found


def secret_key(data_dir: Path) -> str:
    """Return SECRET_KEY, or the one generated once into ``data_dir``."""
    if os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE"):
        value = text("SECRET_KEY")
    else:
        value = _kept_key(data_dir / "secret_key")
    if len(value) < 32 or len(set(value)) < 8:
        raise ImproperlyConfigured("SECRET_KEY is too weak; use 50 random characters.")
    return value


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: two processes that start together agree on one key.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(os.urandom(48).hex())
    return path.read_text().strip()
