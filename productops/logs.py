"""How the product writes its logs: one event a line on standard error, JSON unless a person reads.

No secret reaches them: values under telling names and the tokens in addresses are masked. A
terminal shows warnings alone, so that what `up` prints stays in sight; elsewhere each request has
its line.
"""

import re
import sys
from collections.abc import MutableMapping
from logging.config import dictConfig
from typing import Any

import structlog

MASK = "***"
TELLING = re.compile(r"passw|secret|token|authorization|cookie|nonce", re.IGNORECASE)
# Links without an account, password resets, and what programs send in a header.
TOKENS = re.compile(
    r"(/(?:a|k|t|share|tv)/|/password/reset/key/|Bearer\s+)[^/\s\"'?]+", re.IGNORECASE
)


def configure(_settings: dict) -> None:
    """Set logging up for Django, Celery and our own code alike."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    dictConfig(_handlers(sys.stderr.isatty()))


def _handlers(is_read_by_a_person: bool) -> dict[str, Any]:
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _renderer(is_read_by_a_person),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django_structlog": {"level": "WARNING" if is_read_by_a_person else "INFO"},
            "productops": {"level": "INFO"},
        },
    }


def _renderer(is_read_by_a_person: bool):
    if is_read_by_a_person:
        return structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.processors.JSONRenderer()


def drop_noise(_logger: Any, _method: str, event: MutableMapping) -> MutableMapping:
    """A request has one line, when it is finished; probes have none."""
    if event.get("event") == "request_started" or "/health/" in str(event.get("request", "")):
        raise structlog.DropEvent
    return event


def mask(_logger: Any, _method: str, event: MutableMapping) -> MutableMapping:
    """Put dots in the place of what may not be read later."""
    for name, value in event.items():
        if TELLING.search(name):
            event[name] = MASK
        elif isinstance(value, str):
            event[name] = TOKENS.sub(rf"\g<1>{MASK}", value)
        elif name not in ("level", "timestamp") and not name.startswith("_"):
            event[name] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    """Values that become text when they are written are masked as that text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return TOKENS.sub(rf"\g<1>{MASK}", str(value))


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    drop_noise,
    structlog.processors.format_exc_info,
    mask,
]
