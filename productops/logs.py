"""How the product writes its logs."""

from logging.config import dictConfig


def configure(_settings: dict) -> None:
    """Set logging up: one line an event on standard error."""
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
        }
    )
