"""A process that serves pages carries nothing that only sources, statistics or papers need."""

import os
import subprocess
import sys

import pytest

HEAVY = ["apprise", "httpx", "numpy", "openpyxl", "scipy", "sqlalchemy", "typst"]
STARTED = """
import sys
import django
django.setup()
import productops.urls
import productops.celery
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


@pytest.mark.process
def test_what_few_requests_need_is_loaded_when_they_come(tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "productops.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "EMAIL_URL": "",
    }
    command = [sys.executable, "-c", STARTED, *HEAVY]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
