import io
import json
import logging

import pytest
import structlog
from structlog.stdlib import ProcessorFormatter

from productops.logs import mask


@pytest.fixture
def lines():
    """What was written to the log so far, line by line."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(configured_formatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def configured_formatter():
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    return next(each for each in formatters if isinstance(each, ProcessorFormatter))


def test_an_event_is_one_line_of_json(lines):
    structlog.get_logger("productops.test").warning("mail_not_sent", message=7)

    [line] = lines()
    assert (line["event"], line["message"], line["level"]) == ("mail_not_sent", 7, "warning")


def test_a_failure_is_one_line_with_its_trace(lines):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("productops.test").exception("it failed")

    [line] = lines()
    assert "ZeroDivisionError" in line["exception"]


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("request", "GET /a/1x8Zk29fQ/?x=1", "GET /a/***/?x=1"),
        ("request", "GET /audits/17/", "GET /audits/17/"),
        ("path", "/share/abc/", "/share/***/"),
        ("event", "sent Authorization: Bearer abc.def", "sent Authorization: Bearer ***"),
        ("password", "hunter2", "***"),
        ("api_token", "x", "***"),
        ("error", ValueError("/tv/abc/ failed"), "/tv/***/ failed"),
        ("count", 3, 3),
    ],
)
def test_secrets_are_masked(name, value, written):
    assert mask(None, "info", {name: value}) == {name: written}


def test_a_token_in_an_address_is_never_written(lines, client, db):
    client.get("/a/7secretSECRETsecretSECRETsecret7/")
    structlog.get_logger("productops.test").warning("x", at="/a/7secretSECRETsecretSECRET7/")

    assert "secretSECRET" not in json.dumps(lines())
