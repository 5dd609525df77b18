"""Whoever reads `.env.example` knows every variable, and nothing that is not one."""

import re
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SETTINGS = str(ROOT / "productops" / "settings.py")
ONLY_FOR_COMPOSE = {"POSTGRES_PASSWORD"}


def named_in_example():
    return re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)


def read_by_settings():
    readers = "text|flag|number|words|places|address|zone|secret_key"
    source = (ROOT / "productops" / "settings.py").read_text()
    found = set(re.findall(rf'env\.(?:{readers})\(\s*"([A-Z_]+)"', source))
    return found | ({"SECRET_KEY"} if "env.secret_key(" in source else set())


def test_the_example_names_exactly_the_variables_that_settings_read():
    assert set(named_in_example()) - ONLY_FOR_COMPOSE == read_by_settings()


def test_each_variable_stands_once_below_a_sentence():
    names = named_in_example()
    explained = re.findall(r"^# .*\.?\n([A-Z_]+)=", EXAMPLE, re.MULTILINE)

    assert names == sorted(set(names), key=names.index)
    assert explained == names


def test_compose_asks_for_no_variable_that_the_example_leaves_out():
    asked = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))

    assert asked <= set(named_in_example())


def test_compose_has_no_default_for_a_secret():
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        forms = set(re.findall(rf"\$\{{{name}(..)", COMPOSE))

        assert forms == {":?"}, name


@pytest.fixture
def only_these(monkeypatch, tmp_path):
    """An environment of nothing but the given variables."""

    def surround(variables):
        for name in named_in_example():
            monkeypatch.delenv(name, raising=False)
        for name, value in (variables | {"DATA_DIR": str(tmp_path)}).items():
            monkeypatch.setenv(name, value)

    return surround


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("WORKERS", "0"),
        ("DEMO", "maybe"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DATABASE_URL", "mongodb://localhost"),
        ("REDIS_URL", "amqp://localhost"),
        ("BASE_URL", "ftp://example.org"),
        ("SECRET_KEY", "short"),
        ("EMAIL_URL", "carrier-pigeon://roof"),
        ("EGRESS_ALLOW", "metrics.internal, http://10.0.0.5"),
        ("EGRESS_ALLOW", "10.0.0.5/8"),
        ("EGRESS_ALLOW", "0x7f.1"),
        ("EGRESS_ALLOW", "metrics.internal:0"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_its_name(only_these, name, value):
    only_these({name: value})

    with pytest.raises(ImproperlyConfigured, match=name):
        runpy.run_path(SETTINGS)


def test_an_empty_variable_is_as_good_as_none(only_these):
    only_these(dict.fromkeys(named_in_example(), ""))

    found = runpy.run_path(SETTINGS)

    told = [found[name] for name in ("PORT", "BASE_URL", "TIME_ZONE", "DEMO")]
    assert told == [8000, "http://localhost:8000", "UTC", True]
